using System.Net.Sockets;
using System.Runtime.Versioning;
using LibvirtSharp.Protocol;

namespace LibvirtSharp;

public sealed partial class Domain
{
    /// <summary>
    /// Connects to its graphical console (VNC, SPICE) through libvirt, whatever it listens on: the daemon passes one end of a socket
    /// pair (<c>virDomainOpenGraphicsFD</c>). Linux and the daemon's unix socket only.
    /// </summary>
    /// <param name="index">Which console, in the order of the XML.</param>
    /// <param name="flags">With <see cref="DomainOpenGraphicsFlags.SkipAuth"/> the hypervisor asks for no password.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <returns>The connection, which is the caller's to dispose.</returns>
    /// <exception cref="PlatformNotSupportedException">The connection or the system passes no descriptors.</exception>
    [SupportedOSPlatform("linux")]
    public async Task<Stream> OpenGraphicsAsync(int index = 0, DomainOpenGraphicsFlags flags = 0, CancellationToken cancellationToken = default)
    {
        SafeSocketHandle descriptor = await Connection.ReceiveDescriptorAsync(
            remote => remote.DomainOpenGraphicsFDAsync(Ref, WireNumber.Of(index), (uint)flags, cancellationToken), cancellationToken).ConfigureAwait(false);
        var socket = new Socket(descriptor);
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>
    /// Gives its graphical console one end of a connected socket to serve a client on (<c>virDomainOpenGraphics</c>). Linux and the
    /// daemon's unix socket only.
    /// </summary>
    /// <param name="client">The socket, which stays the caller's.</param>
    /// <param name="index">Which console, in the order of the XML.</param>
    /// <param name="flags">With <see cref="DomainOpenGraphicsFlags.SkipAuth"/> the hypervisor asks for no password.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <exception cref="PlatformNotSupportedException">The connection passes no descriptors.</exception>
    [SupportedOSPlatform("linux")]
    public Task OpenGraphicsAsync(SafeSocketHandle client, int index = 0, DomainOpenGraphicsFlags flags = 0, CancellationToken cancellationToken = default) =>
        Connection.PassAsync(
            RemoteProcedure.DomainOpenGraphics, [client],
            remote => remote.DomainOpenGraphicsAsync(Ref, WireNumber.Of(index), (uint)flags, cancellationToken).AsTask(), cancellationToken);
}
