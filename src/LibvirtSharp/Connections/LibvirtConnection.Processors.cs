using LibvirtSharp.Protocol;

namespace LibvirtSharp;

public sealed partial class LibvirtConnection
{
    /// <summary>The most virtual processors that a domain of a kind of virtualization (<c>qemu</c>, <c>kvm</c>) may have; null is libvirt's choice.</summary>
    public async Task<int> GetMaxVirtualCpusAsync(string? virtualizationType = null, CancellationToken cancellationToken = default) =>
        await Remote.ConnectGetMaxVcpusAsync(virtualizationType, cancellationToken).ConfigureAwait(false);

    /// <summary>The names of the processor models that libvirt knows of an architecture; empty where any name will do.</summary>
    public async Task<IReadOnlyList<string>> GetCpuModelNamesAsync(string architecture, CancellationToken cancellationToken = default)
    {
        ConnectGetCpuModelNamesRet found = await Remote.ConnectGetCpuModelNamesAsync(architecture, 1, 0, cancellationToken).ConfigureAwait(false);
        return found.Models;
    }

    /// <summary>Whether the host's processor has what a description of one, as XML, asks for.</summary>
    public async Task<CpuCompareResult> CompareCpuAsync(string xml, ConnectCompareCpuFlags flags = 0, CancellationToken cancellationToken = default) =>
        (CpuCompareResult)await Remote.ConnectCompareCpuAsync(xml, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>The best processor that several hosts, of which these are the descriptions, can all give a guest, as XML.</summary>
    public async Task<string> BaselineCpuAsync(
        ReadOnlyMemory<string> descriptions, ConnectBaselineCpuFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.ConnectBaselineCpuAsync(descriptions.Span, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>As <see cref="CompareCpuAsync"/>, of what one emulator, machine and kind of virtualization can give a guest on this host; null is libvirt's choice.</summary>
    public async Task<CpuCompareResult> CompareHypervisorCpuAsync(
        string xml,
        string? emulator = null,
        string? architecture = null,
        string? machine = null,
        string? virtualizationType = null,
        ConnectCompareCpuFlags flags = 0,
        CancellationToken cancellationToken = default) =>
        (CpuCompareResult)await Remote.ConnectCompareHypervisorCpuAsync(
            emulator, architecture, machine, virtualizationType, xml, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>As <see cref="BaselineCpuAsync"/>, of what one emulator, machine and kind of virtualization can give a guest; null is libvirt's choice.</summary>
    public async Task<string> BaselineHypervisorCpuAsync(
        ReadOnlyMemory<string> descriptions,
        string? emulator = null,
        string? architecture = null,
        string? machine = null,
        string? virtualizationType = null,
        ConnectBaselineCpuFlags flags = 0,
        CancellationToken cancellationToken = default) =>
        await Remote.ConnectBaselineHypervisorCpuAsync(
            emulator, architecture, machine, virtualizationType, descriptions.Span, (uint)flags, cancellationToken).ConfigureAwait(false);
}
