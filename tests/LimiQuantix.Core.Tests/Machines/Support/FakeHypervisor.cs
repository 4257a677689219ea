using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using LimiQuantix.Consoles;
using LimiQuantix.Guests;
using LimiQuantix.Machines;

namespace LimiQuantix.Core.Tests.Machines.Support;

/// <summary>A hypervisor in memory. What is in <see cref="Fail"/> is thrown by the method of that name.</summary>
public sealed class FakeHypervisor : IHypervisor, ISerialLog, IDeclaresFeatures, ISupportsMediaChange
{
    private readonly Channel<HypervisorEvent> _events = Channel.CreateUnbounded<HypervisorEvent>();

    public ConcurrentDictionary<Guid, MachineDefinition> Defined { get; } = new();

    public ConcurrentDictionary<Guid, PowerState> Power { get; } = new();

    /// <summary>Why what is paused is so.</summary>
    public ConcurrentDictionary<Guid, PauseCause> PauseCauses { get; } = new();

    public ConcurrentDictionary<string, Exception> Fail { get; } = new();

    /// <summary>As <see cref="Fail"/>, for the next call alone.</summary>
    public ConcurrentDictionary<string, Exception> FailOnce { get; } = new();

    public ConcurrentDictionary<string, int> Calls { get; } = new();

    /// <summary>What every call of a method waits for before it works.</summary>
    public ConcurrentDictionary<string, Task> Gates { get; } = new();

    /// <summary>What it says of itself.</summary>
    public HypervisorDescription Description { get; set; } = new() { Product = "fake", HostName = "fake", Architecture = "x86_64", Accelerator = "kvm" };

    /// <summary>Whether guests take no notice of their power button.</summary>
    public bool IgnoresTheButton { get; set; }

    public byte[] SerialLog { get; set; } = [];

    public IGuestChannels? Channels { get; set; }

    public T? GetCapability<T>() where T : class => this as T ?? Channels as T;

    public Task<ProviderHealth> CheckHealthAsync(CheckHealthRequest request, CancellationToken cancellationToken = default) => Task.FromResult(ProviderHealth.Healthy);

    /// <summary>The features that it declares.</summary>
    public IReadOnlyList<string> Features { get; set; } = ProviderFeatures.OfHypervisors;

    public Task<FeatureDeclaration> DeclareFeaturesAsync(DeclareFeaturesRequest request, CancellationToken cancellationToken = default) =>
        Task.FromResult(new FeatureDeclaration { Features = Features });

    public Task<HypervisorDescription> DescribeAsync(DescribeHypervisorRequest request, CancellationToken cancellationToken = default) => Task.FromResult(Description);

    public async Task<MachineObservation> EnsureDefinedAsync(DefineMachineRequest request, CancellationToken cancellationToken = default)
    {
        var definition = request.Definition;
        await EnterAsync(nameof(EnsureDefinedAsync), cancellationToken);
        var id = definition.Ownership.ResourceId;
        Defined[id] = definition;
        Power.TryAdd(id, PowerState.Stopped);
        return Observe(id);
    }

    public async Task<MachineObservation> UpdateAsync(UpdateMachineRequest request, CancellationToken cancellationToken = default)
    {
        await EnterAsync(nameof(UpdateAsync), cancellationToken);
        var id = request.Definition.Ownership.ResourceId;
        if (!Defined.ContainsKey(id)) throw new LimiQuantixException(ErrorCodes.NotFound, "There is no such machine.");
        if (Power[id] is not (PowerState.Stopped or PowerState.Crashed)) throw new LimiQuantixException(ErrorCodes.FailedPrecondition, "The machine is on.");
        Defined[id] = request.Definition;
        return Observe(id);
    }

    public async Task<ChangeMediaResult> ChangeMediaAsync(ChangeMediaRequest request, CancellationToken cancellationToken = default)
    {
        await EnterAsync(nameof(ChangeMediaAsync), cancellationToken);
        Defined[request.Definition.Ownership.ResourceId] = request.Definition;
        return new ChangeMediaResult();
    }

    public async Task<StartMachineResult> StartAsync(StartMachineRequest request, CancellationToken cancellationToken = default)
    {
        var definition = request.Definition;
        await EnterAsync(nameof(StartAsync), cancellationToken);
        if (!Defined.ContainsKey(definition.Ownership.ResourceId)) throw new LimiQuantixException(ErrorCodes.NotFound, "There is no such machine.");
        Defined[definition.Ownership.ResourceId] = definition;
        Set(definition.Ownership.ResourceId, PowerState.Running);
        return new StartMachineResult();
    }

    public async Task<StopMachineResult> StopAsync(StopMachineRequest request, CancellationToken cancellationToken = default)
    {
        await EnterAsync(nameof(StopAsync), cancellationToken);
        if (!Defined.ContainsKey(request.MachineId)) throw new LimiQuantixException(ErrorCodes.NotFound, "There is no such machine.");
        if (request.Mode == StopMode.Force || !IgnoresTheButton) Set(request.MachineId, PowerState.Stopped);
        return new StopMachineResult();
    }

    public async Task<ResetMachineResult> ResetAsync(ResetMachineRequest request, CancellationToken cancellationToken = default)
    {
        await EnterAsync(nameof(ResetAsync), cancellationToken);
        Set(request.MachineId, PowerState.Running);
        return new ResetMachineResult();
    }

    public async Task<PauseMachineResult> PauseAsync(PauseMachineRequest request, CancellationToken cancellationToken = default)
    {
        await EnterAsync(nameof(PauseAsync), cancellationToken);
        Set(request.MachineId, PowerState.Paused);
        return new PauseMachineResult();
    }

    public async Task<ResumeMachineResult> ResumeAsync(ResumeMachineRequest request, CancellationToken cancellationToken = default)
    {
        await EnterAsync(nameof(ResumeAsync), cancellationToken);
        Set(request.MachineId, PowerState.Running);
        return new ResumeMachineResult();
    }

    public async Task<DeleteMachineResult> DeleteAsync(DeleteMachineRequest request, CancellationToken cancellationToken = default)
    {
        await EnterAsync(nameof(DeleteAsync), cancellationToken);
        Defined.TryRemove(request.MachineId, out _);
        Power.TryRemove(request.MachineId, out _);
        _events.Writer.TryWrite(new HypervisorEvent { Kind = HypervisorEventKind.Removed, MachineId = request.MachineId });
        return new DeleteMachineResult();
    }

    public async Task<ObserveMachineResult> ObserveAsync(ObserveMachineRequest request, CancellationToken cancellationToken = default)
    {
        await EnterAsync(nameof(ObserveAsync), cancellationToken);
        return new ObserveMachineResult { Machine = Defined.ContainsKey(request.MachineId) ? Observe(request.MachineId) : null };
    }

    public async IAsyncEnumerable<MachineObservation> ListAsync(ListMachinesRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await EnterAsync(nameof(ListAsync), cancellationToken);
        await Task.Yield();
        foreach (var id in Defined.Keys) yield return Observe(id);
    }

    public async IAsyncEnumerable<HypervisorEvent> WatchAsync(WatchMachinesRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        yield return new HypervisorEvent { Kind = HypervisorEventKind.Resync };
        await foreach (var change in _events.Reader.ReadAllAsync(cancellationToken)) yield return change;
    }

    public Task<ConsoleEndpoint> GetConsoleAsync(GetConsoleRequest request, CancellationToken cancellationToken = default) =>
        throw new LimiQuantixException(ErrorCodes.NotFound, "The fake has no console.");

    public Task<SerialLogChunk> ReadSerialLogAsync(ReadSerialLogRequest request, CancellationToken cancellationToken = default)
    {
        var start = (int)Math.Clamp(request.Offset < 0 ? SerialLog.Length + request.Offset : request.Offset, 0, SerialLog.Length);
        var read = Math.Min(request.MaxBytes, SerialLog.Length - start);
        return Task.FromResult(new SerialLogChunk { Bytes = SerialLog.AsMemory(start, read), NextOffset = start + read });
    }

    /// <summary>Changes a machine's state and tells the watchers, as a guest or a person would.</summary>
    public void Set(Guid machineId, PowerState state)
    {
        Power[machineId] = state;
        _events.Writer.TryWrite(new HypervisorEvent { Kind = HypervisorEventKind.Changed, MachineId = machineId, PowerState = state });
    }

    /// <summary>Tells the watchers that a guest began anew.</summary>
    public void Reboot(Guid machineId) => _events.Writer.TryWrite(new HypervisorEvent { Kind = HypervisorEventKind.Rebooted, MachineId = machineId, PowerState = PowerState.Running });

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private MachineObservation Observe(Guid id) => new()
    {
        MachineId = id,
        HypervisorName = "fake-" + id,
        PowerState = Power.GetValueOrDefault(id, PowerState.Stopped),
        PauseCause = PauseCauses.GetValueOrDefault(id),
        Reason = PauseCauses.TryGetValue(id, out var cause) ? $"fake words of {cause}" : null,
        Accelerator = "kvm",
        MachineType = "pc-fake-1",
    };

    private async Task EnterAsync(string method, CancellationToken cancellationToken)
    {
        Calls.AddOrUpdate(method, 1, (_, count) => count + 1);
        if (Gates.TryGetValue(method, out var gate)) await gate.WaitAsync(cancellationToken);
        if (FailOnce.TryRemove(method, out var once)) throw once;
        if (Fail.TryGetValue(method, out var failure)) throw failure;
    }
}
