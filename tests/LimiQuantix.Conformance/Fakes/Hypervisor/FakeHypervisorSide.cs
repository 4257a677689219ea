using System.Text;
using LimiQuantix.Conformance.Wire;
using LimiQuantix.Machines;

namespace LimiQuantix.Conformance.Fakes;

/// <summary>A machine as the fakes' world keeps it.</summary>
public sealed record FakeMachine
{
    /// <summary>What it was defined as.</summary>
    public required MachineDefinition Definition { get; init; }

    /// <summary>Whether it runs.</summary>
    public required PowerState PowerState { get; init; }

    /// <summary>Why it is in that state.</summary>
    public string? Reason { get; init; }

    /// <summary>Its machine type.</summary>
    public string? MachineType { get; init; }

    /// <summary>The operation that reset it last.</summary>
    public Guid? ResetBy { get; init; }

    /// <summary>Whether somebody else made it: it carries no mark.</summary>
    public bool IsForeign { get; init; }

    /// <summary>Whether its memory is still coming from another node.</summary>
    public bool IsIncoming { get; init; }

    /// <summary>What somebody changed by hand.</summary>
    public IReadOnlyList<string> Drift { get; init; } = [];
}

/// <summary>What runs in a machine.</summary>
public sealed record FakeGuest
{
    /// <summary>Its addresses.</summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];

    /// <summary>Its text files by path.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether its agent does not answer.</summary>
    public bool IsSilent { get; init; }

    /// <summary>What its policy forbids: <c>describe</c>, <c>addresses</c>, <c>read</c>.</summary>
    public IReadOnlyList<string> Refuses { get; init; } = [];
}

/// <summary>The other side of a fake hypervisor: what guests, people and power cuts do to its machines.</summary>
public sealed class FakeHypervisorSide
{
    private readonly FakeWorld _world;
    private readonly string _area;

    internal FakeHypervisorSide(FakeWorld world, string instance)
    {
        _world = world;
        _area = $"{nameof(IHypervisor)}/{instance}/";
    }

    /// <summary>Every machine, foreign ones too.</summary>
    public IReadOnlyList<FakeMachine> Machines => _world.Read(things => All(things).ToList());

    /// <summary>A machine, or <see langword="null"/>.</summary>
    public FakeMachine? Find(Guid machineId) => _world.Read(things => Find(things, machineId));

    /// <summary>Changes a machine's state, as a guest, a person or a crash would.</summary>
    public void SetPower(Guid machineId, PowerState state, string? reason = null) => Do(things => SetPower(things, Find(things, machineId)!, state, reason));

    /// <summary>Makes a machine that carries no mark, or another installation's.</summary>
    public Guid AddForeign(Guid? installationId = null)
    {
        var id = Guid.NewGuid();
        Do(things => Put(things, new FakeMachine
        {
            Definition = new MachineDefinition
            {
                Ownership = new Ownership { InstallationId = installationId ?? Guid.Empty, ResourceId = id },
                DisplayName = "somebody's",
                Cpu = new MachineCpu(),
                Memory = new MachineMemory(),
                Disks = [],
            },
            PowerState = PowerState.Running,
            IsForeign = true,
        }));
        return id;
    }

    /// <summary>Makes a machine the side of a migration that its memory comes to, or lets it have arrived.</summary>
    public void SetIncoming(Guid machineId, bool isIncoming) => Do(things =>
        Put(things, Find(things, machineId)! with { IsIncoming = isIncoming, PowerState = isIncoming ? PowerState.Paused : PowerState.Running }));

    /// <summary>Changes a machine by hand.</summary>
    public void SetDrift(Guid machineId, params string[] drift) => Do(things => Put(things, Find(things, machineId)! with { Drift = drift }));

    /// <summary>Puts a machine back that was removed, as a hypervisor's own restore does.</summary>
    public void PutBack(FakeMachine machine) => Do(things => Put(things, machine));

    /// <summary>Removes a machine by hand.</summary>
    public void Remove(Guid machineId) => Do(things => Remove(things, machineId));

    /// <summary>Turns every machine off, as a power cut does.</summary>
    public void CutPower() => Do(things =>
    {
        foreach (var machine in All(things).ToList()) SetPower(things, machine, PowerState.Stopped, "power cut");
    });

    /// <summary>Appends to a machine's serial log.</summary>
    public void Print(Guid machineId, string text) => Do(things => things.Put(SerialKey(machineId), [.. SerialLog(things, machineId), .. Encoding.UTF8.GetBytes(text)]));

    /// <summary>Puts an agent into a running machine; <see langword="null"/> takes it out.</summary>
    public void SetGuest(Guid machineId, FakeGuest? guest) => Do(things =>
    {
        if (guest is null) things.Remove(GuestKey(machineId));
        else things.Put(GuestKey(machineId), guest);
    });

    /// <summary>Tells the watchers something.</summary>
    public void Tell(HypervisorEventKind kind) => Do(things => Tell(things, new HypervisorEvent { Kind = kind }));

    internal FakeMachine? Find(FakeThings things, Guid machineId) => things.Get<FakeMachine>(MachineKey(machineId));

    internal IEnumerable<FakeMachine> All(FakeThings things) => things.All<FakeMachine>(_area + "machines/");

    internal void Put(FakeThings things, FakeMachine machine)
    {
        var id = machine.Definition.Ownership.ResourceId;
        things.Put(MachineKey(id), machine);
        if (!machine.IsForeign) Tell(things, new HypervisorEvent { Kind = HypervisorEventKind.Changed, MachineId = id, PowerState = machine.PowerState, Reason = machine.Reason });
    }

    internal void SetPower(FakeThings things, FakeMachine machine, PowerState state, string? reason)
    {
        if (machine.PowerState != state) Put(things, machine with { PowerState = state, Reason = reason });
    }

    // The machine goes last: who is killed in between still sees it, and deletes it again.
    internal void Remove(FakeThings things, Guid machineId)
    {
        things.Remove(SerialKey(machineId));
        things.Remove(GuestKey(machineId));
        if (things.Remove(MachineKey(machineId))) Tell(things, new HypervisorEvent { Kind = HypervisorEventKind.Removed, MachineId = machineId, PowerState = PowerState.Absent });
    }

    internal byte[] SerialLog(FakeThings things, Guid machineId) => things.Read(SerialKey(machineId)) ?? [];

    internal FakeGuest? Guest(FakeThings things, Guid machineId) => things.Get<FakeGuest>(GuestKey(machineId));

    internal IReadOnlyList<string> Events(FakeThings things) => things.Lines(_area + "events");

    private void Tell(FakeThings things, HypervisorEvent change) => things.Append(_area + "events", Encoding.UTF8.GetString(ContractJson.ToBytes(change)));

    private void Do(Action<FakeThings> change) => _world.Change(things =>
    {
        change(things);
        return 0;
    });

    private string MachineKey(Guid id) => $"{_area}machines/{id}";

    private string SerialKey(Guid id) => $"{_area}serial/{id}";

    private string GuestKey(Guid id) => $"{_area}guests/{id}";
}
