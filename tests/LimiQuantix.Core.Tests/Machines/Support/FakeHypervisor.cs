using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using LimiQuantix.Consoles;
using LimiQuantix.Guests;
using LimiQuantix.Machines;

namespace LimiQuantix.Core.Tests.Machines.Support;

/// <summary>A hypervisor in memory. What is in <see cref="Fail"/> is thrown by the method of that name.</summary>
public sealed class FakeHypervisor : IHypervisor, ISerialLog
{
    private readonly Channel<HypervisorEvent> _events = Channel.CreateUnbounded<HypervisorEvent>();

    public ConcurrentDictionary<Guid, MachineDefinition> Defined { get; } = new();

    public ConcurrentDictionary<Guid, PowerState> Power { get; } = new();

    public ConcurrentDictionary<string, Exception> Fail { get; } = new();

    public ConcurrentDictionary<string, int> Calls { get; } = new();

    /// <summary>What every call of a method waits for before it works.</summary>
    public ConcurrentDictionary<string, Task> Gates { get; } = new();

    public byte[] SerialLog { get; set; } = [];

    public IGuestAgent? Agent { get; set; }

    public T? GetCapability<T>() where T : class => this as T ?? Agent as T;

    public Task<ProviderHealth> CheckHealthAsync(CancellationToken cancellationToken = default) => Task.FromResult(ProviderHealth.Healthy);

    public Task<HypervisorDescription> DescribeAsync(CancellationToken cancellationToken = default) => Task.FromResult(
        new HypervisorDescription { Product = "fake", HostName = "fake", Architecture = "x86_64", Accelerator = "kvm" });

    public async Task<MachineObservation> EnsureDefinedAsync(MachineDefinition definition, CancellationToken cancellationToken = default)
    {
        await EnterAsync(nameof(EnsureDefinedAsync), cancellationToken);
        var id = definition.Ownership.ResourceId;
        Defined[id] = definition;
        Power.TryAdd(id, PowerState.Stopped);
        return Observe(id);
    }

    public async Task StartAsync(MachineDefinition definition, CancellationToken cancellationToken = default)
    {
        await EnterAsync(nameof(StartAsync), cancellationToken);
        Defined[definition.Ownership.ResourceId] = definition;
        Set(definition.Ownership.ResourceId, PowerState.Running);
    }

    public async Task StopAsync(Guid machineId, StopMode mode, CancellationToken cancellationToken = default)
    {
        await EnterAsync(nameof(StopAsync), cancellationToken);
        Set(machineId, PowerState.Stopped);
    }

    public async Task DeleteAsync(Guid machineId, CancellationToken cancellationToken = default)
    {
        await EnterAsync(nameof(DeleteAsync), cancellationToken);
        Defined.TryRemove(machineId, out _);
        Power.TryRemove(machineId, out _);
        _events.Writer.TryWrite(new HypervisorEvent { Kind = HypervisorEventKind.Removed, MachineId = machineId });
    }

    public Task<MachineObservation?> ObserveAsync(Guid machineId, CancellationToken cancellationToken = default) =>
        Task.FromResult(Defined.ContainsKey(machineId) ? Observe(machineId) : null);

    public async IAsyncEnumerable<MachineObservation> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        foreach (var id in Defined.Keys) yield return Observe(id);
    }

    public async IAsyncEnumerable<HypervisorEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        yield return new HypervisorEvent { Kind = HypervisorEventKind.Resync };
        await foreach (var change in _events.Reader.ReadAllAsync(cancellationToken)) yield return change;
    }

    public Task<ConsoleEndpoint> GetConsoleAsync(Guid machineId, ConsoleKind kind, CancellationToken cancellationToken = default) =>
        throw new LimiQuantixException(ErrorCodes.NotFound, "The fake has no console.");

    public Task<SerialLogChunk> ReadSerialLogAsync(Guid machineId, long offset, Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var start = (int)Math.Clamp(offset < 0 ? SerialLog.Length + offset : offset, 0, SerialLog.Length);
        var read = Math.Min(buffer.Length, SerialLog.Length - start);
        SerialLog.AsSpan(start, read).CopyTo(buffer.Span);
        return Task.FromResult(new SerialLogChunk { BytesRead = read, NextOffset = start + read });
    }

    /// <summary>Changes a machine's state and tells the watchers, as a guest or a person would.</summary>
    public void Set(Guid machineId, PowerState state)
    {
        Power[machineId] = state;
        _events.Writer.TryWrite(new HypervisorEvent { Kind = HypervisorEventKind.Changed, MachineId = machineId, PowerState = state });
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private MachineObservation Observe(Guid id) => new()
    {
        MachineId = id,
        HypervisorName = "fake-" + id,
        PowerState = Power.GetValueOrDefault(id, PowerState.Stopped),
        Accelerator = "kvm",
        MachineType = "pc-fake-1",
    };

    private async Task EnterAsync(string method, CancellationToken cancellationToken)
    {
        Calls.AddOrUpdate(method, 1, (_, count) => count + 1);
        if (Gates.TryGetValue(method, out var gate)) await gate.WaitAsync(cancellationToken);
        if (Fail.TryGetValue(method, out var failure)) throw failure;
    }
}
