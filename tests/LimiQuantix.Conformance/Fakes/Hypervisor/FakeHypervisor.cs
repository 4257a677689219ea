using System.Runtime.CompilerServices;
using System.Text;
using LimiQuantix.Conformance.Wire;
using LimiQuantix.Consoles;
using LimiQuantix.Guests;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Nodes;
using LimiQuantix.Plugins;
using LimiQuantix.Storage;

namespace LimiQuantix.Conformance.Fakes;

/// <summary>A strict hypervisor: what the contract calls an error is one.</summary>
internal sealed class FakeHypervisor : FakeProvider, IHypervisor, ISerialLog, IGuestChannels, IDeclaresFeatures, ISupportsMediaChange
{
    private const int MaximumBehind = 1024;
    private readonly FakeHypervisorOptions _options;
    private readonly FakeHypervisorSide _side;
    private readonly FakeGuestChannels _channels;

    public FakeHypervisor(ProviderContext context, FakeHypervisorOptions options) : base(nameof(IHypervisor), context, options)
    {
        _options = options;
        _side = new FakeHypervisorSide(World, context.InstanceName);
        _channels = new FakeGuestChannels(World, context.InstanceName, context.NodeId, name => _options.ByteChannels.Contains(name));
    }

    public Task<HypervisorDescription> DescribeAsync(DescribeHypervisorRequest request, CancellationToken cancellationToken = default) =>
        CallAsync(nameof(DescribeAsync), null, _ => _options.Describe(), cancellationToken);

    public Task<FeatureDeclaration> DeclareFeaturesAsync(DeclareFeaturesRequest request, CancellationToken cancellationToken = default) =>
        CallAsync(nameof(DeclareFeaturesAsync), null, _ => new FeatureDeclaration { Features = _options.Features }, cancellationToken);

    public Task<MachineObservation> EnsureDefinedAsync(DefineMachineRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return MutateAsync(nameof(EnsureDefinedAsync), request.Call, request.Definition.Ownership.ResourceId, things => Define(things, request.Definition), cancellationToken);
    }

    public Task<MachineObservation> UpdateAsync(UpdateMachineRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return MutateAsync(
            nameof(UpdateAsync),
            request.Call,
            request.Definition.Ownership.ResourceId,
            things =>
            {
                Check(request.Definition);
                var machine = Get(things, request.Definition.Ownership.ResourceId);
                if (machine.PowerState is not (PowerState.Stopped or PowerState.Crashed))
                    throw new LimiQuantixException(ErrorCodes.FailedPrecondition, "The machine is on.", "Stop it.", IdOf(request.Definition));
                // A seed with another salt is no change.
                if (!Sameness(machine.Definition).AsSpan().SequenceEqual(Sameness(request.Definition)))
                    _side.Put(things, machine = machine with { Definition = request.Definition with { MachineType = machine.MachineType } });
                return Observe(things, machine);
            },
            cancellationToken);
    }

    public Task<ChangeMediaResult> ChangeMediaAsync(ChangeMediaRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return ChangeAsync<ChangeMediaResult>(
            nameof(ChangeMediaAsync),
            request.Call,
            request.Definition.Ownership.ResourceId,
            things =>
            {
                Check(request.Definition);
                var machine = GetOn(things, request.Definition.Ownership.ResourceId);
                var disc = request.Definition.Disks.FirstOrDefault(disk => disk.Id == request.DiskId && disk.Kind == DiskKind.Cd);
                if (disc is null || machine.Definition.Disks.All(disk => disk.Id != request.DiskId || disk.Kind != DiskKind.Cd)) throw NotFound("CD drive", request.DiskId);
                if (!WithoutDiscs(machine.Definition).AsSpan().SequenceEqual(WithoutDiscs(request.Definition))) throw Conflict("machine", IdOf(request.Definition));
                var disks = machine.Definition.Disks.Select(disk => disk.Id == request.DiskId ? disc : disk);
                _side.Put(things, machine with { Definition = machine.Definition with { Disks = [.. disks] } });
            },
            cancellationToken);
    }

    public Task<StartMachineResult> StartAsync(StartMachineRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return ChangeAsync<StartMachineResult>(
            nameof(StartAsync), request.Call, request.Definition.Ownership.ResourceId, things => Start(things, request.Definition), cancellationToken);
    }

    public Task<StopMachineResult> StopAsync(StopMachineRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return ChangeAsync<StopMachineResult>(
            nameof(StopAsync), request.Call, request.MachineId, things => Stop(things, Get(things, request.MachineId), request.Mode), cancellationToken);
    }

    public Task<ResetMachineResult> ResetAsync(ResetMachineRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return ChangeAsync<ResetMachineResult>(
            nameof(ResetAsync),
            request.Call,
            request.MachineId,
            things =>
            {
                var machine = GetOn(things, request.MachineId);
                if (request.Call.OperationId is null || machine.ResetBy != request.Call.OperationId)
                    _side.Put(things, machine with { PowerState = PowerState.Running, Reason = "reset", ResetBy = request.Call.OperationId });
            },
            cancellationToken);
    }

    public Task<PauseMachineResult> PauseAsync(PauseMachineRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return ChangeAsync<PauseMachineResult>(
            nameof(PauseAsync), request.Call, request.MachineId,
            things => _side.SetPower(things, GetOn(things, request.MachineId), PowerState.Paused, "user"), cancellationToken);
    }

    public Task<ResumeMachineResult> ResumeAsync(ResumeMachineRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return ChangeAsync<ResumeMachineResult>(
            nameof(ResumeAsync), request.Call, request.MachineId,
            things => _side.SetPower(things, GetOn(things, request.MachineId), PowerState.Running, "booted"), cancellationToken);
    }

    public Task<DeleteMachineResult> DeleteAsync(DeleteMachineRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return MutateAsync(
            nameof(DeleteAsync),
            request.Call,
            request.MachineId,
            things =>
            {
                if (_side.Find(things, request.MachineId) is { } machine && IsOurs(machine)) _side.Remove(things, request.MachineId);
                things.RemoveAside(MarkKey(request.MachineId));
                return new DeleteMachineResult();
            },
            cancellationToken);
    }

    public Task<ObserveMachineResult> ObserveAsync(ObserveMachineRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return CallAsync(
            nameof(ObserveAsync),
            request.MachineId.ToString(),
            things => new ObserveMachineResult
            {
                Machine = _side.Find(things, request.MachineId) is { } machine && IsOurs(machine) ? Observe(things, machine) : null,
            },
            cancellationToken);
    }

    public async IAsyncEnumerable<MachineObservation> ListAsync(
        ListMachinesRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var machines = await CallAsync(nameof(ListAsync), null, things => _side.All(things).Select(machine => Observe(things, machine)).ToList(), cancellationToken).ConfigureAwait(false);
        foreach (var machine in machines)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return machine;
        }
    }

    public async IAsyncEnumerable<HypervisorEvent> WatchAsync(
        WatchMachinesRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var seen = await CallAsync(nameof(WatchAsync), null, things => _side.Events(things).Count, cancellationToken).ConfigureAwait(false);
        yield return new HypervisorEvent { Kind = HypervisorEventKind.Resync };
        while (true)
        {
            await World.UntilAsync(things => _side.Events(things).Count > seen, cancellationToken).ConfigureAwait(false);
            var lines = World.Read(_side.Events);
            if (lines.Count - seen > MaximumBehind) yield return new HypervisorEvent { Kind = HypervisorEventKind.Resync };
            else
            {
                foreach (var line in lines.Skip(seen)) yield return ContractJson.FromBytes<HypervisorEvent>(Encoding.UTF8.GetBytes(line));
            }

            seen = lines.Count;
        }
    }

    public async Task<ConsoleEndpoint> GetConsoleAsync(GetConsoleRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var description = _options.Describe();
        await CallAsync(
            nameof(GetConsoleAsync),
            request.MachineId.ToString(),
            things =>
            {
                var machine = Get(things, request.MachineId);
                if (!description.Consoles.Contains(request.Kind)) throw NotFound($"{request.Kind} console", request.MachineId);
                if (machine.PowerState != PowerState.Running)
                    throw new LimiQuantixException(ErrorCodes.FailedPrecondition, "The machine does not run.", target: request.MachineId.ToString());
            },
            cancellationToken).ConfigureAwait(false);
        return new OpenedConsole { NodeId = Context.NodeId, Stream = FakeConsoleServer.Open() };
    }

    public Task<SerialLogChunk> ReadSerialLogAsync(ReadSerialLogRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return CallAsync(
            nameof(ReadSerialLogAsync),
            request.MachineId.ToString(),
            things =>
            {
                Get(things, request.MachineId);
                if (request.MaxBytes is < 0 or > 1 << 20) throw Invalid("A piece has 0 bytes to 1 MiB.", nameof(request.MaxBytes));
                var log = _side.SerialLog(things, request.MachineId);
                var start = request.Offset < 0 ? Math.Max(0, log.Length + request.Offset) : request.Offset > log.Length ? 0 : request.Offset;
                var count = Math.Min(request.MaxBytes, log.Length - (int)start);
                return new SerialLogChunk { Bytes = log.AsMemory((int)start, count), NextOffset = start + count };
            },
            cancellationToken);
    }

    public Task<GuestChannel> OpenChannelAsync(OpenGuestChannelRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return CallAsync(nameof(OpenChannelAsync), request.MachineId.ToString(), things => _channels.Open(things, request), cancellationToken);
    }

    private static string IdOf(MachineDefinition definition) => definition.Ownership.ResourceId.ToString();

    /// <summary>What makes two definitions the same: the machine type is an answer, a seed may be written anew with another salt, a record is only kept.</summary>
    private static byte[] Sameness(MachineDefinition definition) => ContractJson.ToBytes(
        definition with { MachineType = null, Record = null, Seed = definition.Seed is null ? null : new VolumeSeed { Content = ReadOnlyMemory<byte>.Empty } });

    /// <summary>The same without what may be another at each start: how disks and interfaces are reached.</summary>
    private static byte[] Shape(MachineDefinition definition) => Sameness(definition with
    {
        Disks = [.. definition.Disks.Select(disk => disk with
        {
            Attachment = disk.Attachment is null ? null : new BlockDisk { NodeId = NodeId.Local, Path = "", IsReadOnly = disk.Attachment.IsReadOnly },
        })],
        Nics = [.. definition.Nics.Select(nic => nic with { Attachment = new UserNic { NodeId = NodeId.Local } })],
    });

    /// <summary>The same without what is in drives.</summary>
    private static byte[] WithoutDiscs(MachineDefinition definition) => Sameness(definition with
    {
        Disks = [.. definition.Disks.Select(disk => disk.Kind == DiskKind.Cd ? disk with { VolumeId = null, Attachment = null } : disk)],
    });

    private Task<T> MutateAsync<T>(string member, ProviderCall call, Guid machineId, Func<FakeThings, T> effect, CancellationToken cancellationToken) =>
        MutateAsync(member, machineId.ToString(), call, MarkKey(machineId), effect, cancellationToken);

    /// <summary>The same for what answers that it is done.</summary>
    private Task<T> ChangeAsync<T>(string member, ProviderCall call, Guid machineId, Action<FakeThings> effect, CancellationToken cancellationToken)
        where T : new() => MutateAsync(
        member,
        call,
        machineId,
        things =>
        {
            effect(things);
            return new T();
        },
        cancellationToken);

    private MachineObservation Observe(FakeThings things, FakeMachine machine) => new()
    {
        MachineId = machine.IsForeign ? null : machine.Definition.Ownership.ResourceId,
        HypervisorName = "fake-" + machine.Definition.Ownership.ResourceId,
        PowerState = machine.PowerState,
        Reason = machine.Reason,
        Accelerator = "kvm",
        MachineType = machine.MachineType,
        Record = machine.Definition.Record,
        Mark = machine.IsForeign ? null : Mark(things, machine.Definition.Ownership.ResourceId),
        IsIncoming = machine.IsIncoming,
        Drift = machine.Drift,
    };

    private MachineObservation Define(FakeThings things, MachineDefinition definition)
    {
        Check(definition);
        if (_side.Find(things, definition.Ownership.ResourceId) is { } there)
        {
            return IsOurs(there) && Sameness(there.Definition).AsSpan().SequenceEqual(Sameness(definition))
                ? Observe(things, there)
                : throw Conflict("machine", IdOf(definition));
        }

        var machine = new FakeMachine
        {
            Definition = definition,
            PowerState = PowerState.Stopped,
            MachineType = definition.MachineType ?? _options.MachineType,
        };
        _side.Put(things, machine);
        return Observe(things, machine);
    }

    private void Start(FakeThings things, MachineDefinition definition)
    {
        Check(definition);
        var machine = Get(things, definition.Ownership.ResourceId);
        if (machine.PowerState == PowerState.Running) return;
        if (machine.PowerState is PowerState.Stopped or PowerState.Crashed)
        {
            if (!Shape(machine.Definition).AsSpan().SequenceEqual(Shape(definition))) throw Conflict("machine", IdOf(definition));
            machine = machine with { Definition = definition };
        }

        _side.SetPower(things, machine, PowerState.Running, "booted");
    }

    private void Check(MachineDefinition definition)
    {
        CheckOwner(definition.Ownership);
        var description = _options.Describe();
        if (definition.Memory.SizeBytes <= 0) throw Invalid("The memory must be more than nothing.", nameof(definition.Memory));
        if (definition.Cpu.Count < 1) throw Invalid("There must be a processor.", nameof(definition.Cpu));
        if (definition.Seed is VolumeSeed { Content.Length: 0 or > 4 << 20 }) throw Invalid("The seed must be from 1 byte to 4 MiB.", nameof(definition.Seed));
        if (definition.Disks.Any(disk => disk.VolumeId is null != disk.Attachment is null || (disk.VolumeId is null && disk.Kind != DiskKind.Cd)))
            throw Invalid("A disk has a volume and its attachment; only a CD drive has neither.", nameof(definition.Disks));
        foreach (var attachment in definition.Disks.Select(disk => disk.Attachment).OfType<DiskAttachment>())
            CheckAttachment(attachment.NodeId, attachment.GetType().Name, description.DiskAttachments);
        foreach (var attachment in definition.Nics.Select(nic => nic.Attachment))
            CheckAttachment(attachment.NodeId, attachment.GetType().Name, description.NicAttachments);
        if (definition.Disks.Where(disk => disk.VolumeId is not null).GroupBy(disk => disk.VolumeId).Any(group => group.Count() > 1)) throw Invalid("A volume is attached twice.", nameof(definition.Disks));
        if (definition.Nics.DistinctBy(nic => nic.MacAddress).Count() < definition.Nics.Count) throw Invalid("A MAC address is used twice.", nameof(definition.Nics));
    }

    private void CheckAttachment(NodeId node, string kind, IReadOnlyList<string> accepted)
    {
        if (node != Context.NodeId) throw Invalid($"An attachment is valid on node '{node}', and this is '{Context.NodeId}'.", kind);
        if (!accepted.Contains(kind)) throw Invalid($"A {kind} is not accepted here.", kind);
    }

    private void Stop(FakeThings things, FakeMachine machine, StopMode mode)
    {
        if (machine.PowerState is PowerState.Stopped or PowerState.Crashed) return;
        if (mode == StopMode.Force)
        {
            _side.SetPower(things, machine, PowerState.Stopped, "destroyed");
            return;
        }

        switch (_options.Shutdown)
        {
            case FakeShutdown.AtOnce:
                _side.SetPower(things, machine, PowerState.Stopped, "shutdown");
                break;
            case FakeShutdown.OnItsWay:
                _side.SetPower(things, machine, PowerState.Stopping, "asked");
                break;
        }
    }

    private FakeMachine Get(FakeThings things, Guid machineId) =>
        _side.Find(things, machineId) is { } machine && IsOurs(machine) ? machine : throw NotFound("machine", machineId);

    private FakeMachine GetOn(FakeThings things, Guid machineId) =>
        Get(things, machineId) is { PowerState: not (PowerState.Stopped or PowerState.Crashed) } machine
            ? machine : throw new LimiQuantixException(ErrorCodes.FailedPrecondition, "The machine is off.", "Start it.", machineId.ToString());

    private bool IsOurs(FakeMachine machine) => !machine.IsForeign && machine.Definition.Ownership.InstallationId == Context.InstallationId;
}
