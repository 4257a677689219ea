using System.Runtime.Versioning;

namespace LibvirtSharp.Transports;

/// <summary>The daemon's unix socket, kept so that the descriptors it passes can be had.</summary>
[SupportedOSPlatform("linux")]
internal sealed class DescriptorTransport(bool readOnly) : ILibvirtTransport
{
    public DescriptorStream? Stream { get; private set; }

    public async Task<Stream> ConnectAsync(LibvirtUri uri, CancellationToken cancellationToken) =>
        Stream = new DescriptorStream(await UnixTransport.ConnectAsync(DaemonSocket.Choose(uri, readOnly, DaemonLocations.OfThisProcess()).Path, cancellationToken).ConfigureAwait(false));
}
