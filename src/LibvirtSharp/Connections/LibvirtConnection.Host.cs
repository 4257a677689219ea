using LibvirtSharp.Protocol;

namespace LibvirtSharp;

public sealed partial class LibvirtConnection
{
    /// <summary>The host's name, as the daemon sees it.</summary>
    public async Task<string> GetHostnameAsync(CancellationToken cancellationToken = default) =>
        await Remote.ConnectGetHostnameAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>The driver's name: <c>QEMU</c>, <c>Test</c>.</summary>
    public async Task<string> GetDriverTypeAsync(CancellationToken cancellationToken = default) =>
        await Remote.ConnectGetTypeAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>The hypervisor's version.</summary>
    public async Task<Version> GetVersionAsync(CancellationToken cancellationToken = default) =>
        VersionOf(await Remote.ConnectGetVersionAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>The libvirt daemon's version.</summary>
    public async Task<Version> GetLibVersionAsync(CancellationToken cancellationToken = default) =>
        VersionOf(await Remote.ConnectGetLibVersionAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>The driver's URI, as the daemon sees it.</summary>
    public async Task<string> GetServerUriAsync(CancellationToken cancellationToken = default) =>
        await Remote.ConnectGetUriAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>What the host and its hypervisor can do, as XML.</summary>
    public async Task<string> GetCapabilitiesAsync(CancellationToken cancellationToken = default) =>
        await Remote.ConnectGetCapabilitiesAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>What a domain may have for one emulator, architecture, machine and kind of virtualization (<c>qemu</c>, <c>kvm</c>), as XML; null is libvirt's choice.</summary>
    public async Task<string> GetDomainCapabilitiesAsync(
        string? emulator = null, string? architecture = null, string? machine = null, string? virtualizationType = null, CancellationToken cancellationToken = default) =>
        await Remote.ConnectGetDomainCapabilitiesAsync(emulator, architecture, machine, virtualizationType, 0, cancellationToken).ConfigureAwait(false);

    /// <summary>The host's processors and memory.</summary>
    public async Task<NodeInfo> GetNodeInfoAsync(CancellationToken cancellationToken = default)
    {
        NodeGetInfoRet info = await Remote.NodeGetInfoAsync(cancellationToken).ConfigureAwait(false);
        return new NodeInfo
        {
            Model = Utf8.Terminated(info.Model),
            MemoryBytes = SizeUnits.FromKibibytes(info.Memory),
            Cpus = info.Cpus,
            CpuMhz = info.Mhz,
            NumaNodes = info.Nodes,
            SocketsPerNode = info.Sockets,
            CoresPerSocket = info.Cores,
            ThreadsPerCore = info.Threads,
        };
    }

    /// <summary>The host's processors, online or not.</summary>
    public async Task<NodeCpuMap> GetCpuMapAsync(CancellationToken cancellationToken = default)
    {
        NodeGetCpuMapRet map = await Remote.NodeGetCpuMapAsync(1, 1, 0, cancellationToken).ConfigureAwait(false);
        return new NodeCpuMap(map.Ret, (int)map.Online, map.Cpumap);
    }

    /// <summary>
    /// Whether nobody on the way can read what is said: this connection is local, encrypted or a tunnel of the host's own
    /// (<see cref="LibvirtConnectionOptions.Transport"/>), and so is the daemon's to the hypervisor.
    /// </summary>
    public async Task<bool> IsSecureAsync(CancellationToken cancellationToken = default) =>
        await Remote.ConnectIsSecureAsync(cancellationToken).ConfigureAwait(false) != 0 && _core.IsPrivate;

    /// <summary>Tells the daemon who this client acts for, as libvirt's <c>VIR_CONNECT_IDENTITY_…</c> values; a daemon believes only a privileged client.</summary>
    public async Task SetIdentityAsync(ReadOnlyMemory<TypedParameter> identity, CancellationToken cancellationToken = default) =>
        await Remote.ConnectSetIdentityAsync(TypedParameter.ToWire(identity.Span), 0, cancellationToken).ConfigureAwait(false);

    /// <summary>The security driver that labels the host's domains; <see cref="LibvirtErrorCode.NoSupport"/> where the driver knows none.</summary>
    public async Task<NodeSecurityModel> GetSecurityModelAsync(CancellationToken cancellationToken = default)
    {
        NodeGetSecurityModelRet found = await Remote.NodeGetSecurityModelAsync(cancellationToken).ConfigureAwait(false);
        return new NodeSecurityModel(Utf8.Terminated(found.Model), Utf8.Terminated(found.Doi));
    }

    /// <summary>What the host says of AMD's encrypted guests; <see cref="LibvirtErrorCode.OperationUnsupported"/> where it has none.</summary>
    public async Task<IReadOnlyList<TypedParameter>> GetSevInfoAsync(CancellationToken cancellationToken = default) =>
        TypedParameter.FromWire((await Remote.NodeGetSevInfoAsync(64, TypedParameterFlags, cancellationToken).ConfigureAwait(false)).Params);

    /// <summary>The host's SMBIOS tables, as XML.</summary>
    public async Task<string> GetSysinfoAsync(CancellationToken cancellationToken = default) =>
        await Remote.ConnectGetSysinfoAsync(0, cancellationToken).ConfigureAwait(false);

    private static Version VersionOf(ulong number) => new((int)(number / 1_000_000), (int)(number / 1000 % 1000), (int)(number % 1000));
}
