using LibvirtSharp.Protocol;

namespace LibvirtSharp;

public sealed partial class Domain
{
    /// <summary>What each of its virtual processors does; it must run.</summary>
    public async Task<IReadOnlyList<DomainVirtualCpuInfo>> GetVirtualCpuInfoAsync(CancellationToken cancellationToken = default)
    {
        int mapLength = await CpuMapLengthAsync(cancellationToken).ConfigureAwait(false);
        DomainInfo info = await GetInfoAsync(cancellationToken).ConfigureAwait(false);
        DomainGetVcpusRet found = await Remote.DomainGetVcpusAsync(Ref, (int)info.VirtualCpus, mapLength, cancellationToken).ConfigureAwait(false);
        return [.. found.Info.Select((cpu, i) => new DomainVirtualCpuInfo(
            WireNumber.From(cpu.Number), (VcpuState)cpu.State, new TimeSpan((long)(cpu.CpuTime / 100)), cpu.Cpu, CpuMap(found.Cpumaps, i, mapLength)))];
    }

    /// <summary>The host's processors that each of its virtual processors may run on: a bit for each, from the lowest of the first byte.</summary>
    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> GetVirtualCpuPinsAsync(DomainModificationFlags flags = 0, CancellationToken cancellationToken = default)
    {
        int mapLength = await CpuMapLengthAsync(cancellationToken).ConfigureAwait(false);
        int count = await GetVirtualCpusAsync((DomainVcpuFlags)flags | DomainVcpuFlags.Maximum, cancellationToken).ConfigureAwait(false);
        DomainGetVcpuPinInfoRet found = await Remote.DomainGetVcpuPinInfoAsync(Ref, count, mapLength, (uint)flags, cancellationToken).ConfigureAwait(false);
        return [.. Enumerable.Range(0, found.Num).Select(i => CpuMap(found.Cpumaps, i, mapLength))];
    }

    /// <summary>Puts virtual processors in or out; they are libvirt's set, <c>1-3,^2</c>.</summary>
    public async Task SetVirtualCpuStateAsync(
        string cpus, bool enabled, DomainModificationFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainSetVcpuAsync(Ref, cpus, enabled ? 1 : 0, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>What the guest says of its processors, through the guest agent: <c>vcpus</c>, <c>online</c>, <c>offlinable</c>.</summary>
    public async Task<IReadOnlyList<TypedParameter>> GetGuestVirtualCpusAsync(CancellationToken cancellationToken = default) =>
        TypedParameter.FromWire(await Remote.DomainGetGuestVcpusAsync(Ref, 0, cancellationToken).ConfigureAwait(false));

    /// <summary>Lets the guest use processors or not, through the guest agent; they are libvirt's set, <c>1-3,^2</c>.</summary>
    public async Task SetGuestVirtualCpusAsync(string cpus, bool enabled, CancellationToken cancellationToken = default) =>
        await Remote.DomainSetGuestVcpusAsync(Ref, cpus, enabled ? 1 : 0, 0, cancellationToken).ConfigureAwait(false);

    /// <summary>The host's processors that the hypervisor's other threads may run on: a bit for each, from the lowest of the first byte.</summary>
    public async Task<ReadOnlyMemory<byte>> GetEmulatorPinAsync(DomainModificationFlags flags = 0, CancellationToken cancellationToken = default)
    {
        int mapLength = await CpuMapLengthAsync(cancellationToken).ConfigureAwait(false);
        return (await Remote.DomainGetEmulatorPinInfoAsync(Ref, mapLength, (uint)flags, cancellationToken).ConfigureAwait(false)).Cpumaps;
    }

    /// <summary>Lets the hypervisor's other threads run on the host's processors whose bits are set.</summary>
    public async Task PinEmulatorAsync(ReadOnlyMemory<byte> cpuMap, DomainModificationFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainPinEmulatorAsync(Ref, cpuMap.Span, (uint)flags, cancellationToken).ConfigureAwait(false);

    private async Task<int> CpuMapLengthAsync(CancellationToken cancellationToken) =>
        (await Connection.GetCpuMapAsync(cancellationToken).ConfigureAwait(false)).CpuMap.Length;

    /// <summary>One of maps that stand one after another; a short answer's missing bytes are none.</summary>
    private static ReadOnlyMemory<byte> CpuMap(byte[] maps, int index, int length)
    {
        int start = Math.Min(index * length, maps.Length);
        return maps.AsMemory(start, Math.Min(length, maps.Length - start));
    }
}
