namespace LimiQuantix.Hypervisor.Libvirt.Lifecycle;

/// <summary>
/// Lets the calls that define a machine or remove it go one after the other, machine by machine: libvirt takes the last of two different
/// definitions that come at once, and our files would be written and removed under each other's hands.
/// </summary>
internal sealed class MachineGates
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Gate> _gates = [];

    /// <summary>Waits for the calls before. Disposing the answer lets the next one in.</summary>
    public async Task<IDisposable> EnterAsync(Guid machineId, CancellationToken cancellationToken)
    {
        Gate? gate;
        lock (_lock)
        {
            if (!_gates.TryGetValue(machineId, out gate))
                _gates[machineId] = gate = new Gate(this, machineId);
            gate.Users++;
        }

        try
        {
            await gate.Open.WaitAsync(cancellationToken).ConfigureAwait(false);
            return gate;
        }
        catch
        {
            Leave(gate);
            throw;
        }
    }

    private void Leave(Gate gate)
    {
        lock (_lock)
        {
            if (--gate.Users > 0)
                return;
            _gates.Remove(gate.MachineId);
            gate.Open.Dispose();
        }
    }

    private sealed class Gate(MachineGates gates, Guid machineId) : IDisposable
    {
        public Guid MachineId => machineId;

        public SemaphoreSlim Open { get; } = new(1, 1);

        public int Users { get; set; }

        public void Dispose()
        {
            Open.Release();
            gates.Leave(this);
        }
    }
}
