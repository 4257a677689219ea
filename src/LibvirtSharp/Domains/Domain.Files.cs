using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using LibvirtSharp.Protocol;

namespace LibvirtSharp;

public sealed partial class Domain
{
    /// <summary>
    /// Starts it; its first process gets open files of this one. Only drivers of containers take them. Linux and the daemon's unix
    /// socket only.
    /// </summary>
    /// <param name="files">The files, which stay the caller's; at most 32.</param>
    /// <param name="flags">How; not <see cref="DomainCreateFlags.StartAutoDestroy"/>, as the files go over a connection that ends with this call.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <exception cref="PlatformNotSupportedException">The connection passes no descriptors.</exception>
    [SupportedOSPlatform("linux")]
    public async Task StartAsync(IReadOnlyList<SafeHandle> files, DomainCreateFlags flags = 0, CancellationToken cancellationToken = default)
    {
        LibvirtConnection.RefuseAutodestroy(flags);
        await Connection.PassAsync(
            RemoteProcedure.DomainCreateWithFiles, files,
            async remote => _identity.Set(await remote.DomainCreateWithFilesAsync(Ref, (uint)flags, cancellationToken).ConfigureAwait(false)), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Gives it open files under a name, which its disks may use as their source (<c>fdgroup</c>) when it starts
    /// (<c>virDomainFDAssociate</c>). Linux and the daemon's unix socket only.
    /// </summary>
    /// <param name="name">The group's name in the domain's XML.</param>
    /// <param name="files">The files, which stay the caller's; at most 32.</param>
    /// <param name="flags">How they are used.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <returns>The connection that the files went over: the daemon forgets them when it is disposed.</returns>
    /// <exception cref="PlatformNotSupportedException">The connection passes no descriptors.</exception>
    [SupportedOSPlatform("linux")]
    public Task<IAsyncDisposable> AssociateFilesAsync(
        string name, IReadOnlyList<SafeHandle> files, DomainFDAssociateFlags flags = 0, CancellationToken cancellationToken = default) =>
        Connection.PassAndKeepAsync(
            RemoteProcedure.DomainFDAssociate, files,
            remote => remote.DomainFDAssociateAsync(Ref, name, (uint)flags, cancellationToken).AsTask(), cancellationToken);
}
