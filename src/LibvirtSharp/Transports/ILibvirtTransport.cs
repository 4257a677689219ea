namespace LibvirtSharp;

/// <summary>Opens a byte stream to a libvirt daemon. Called again for each stream and each reconnection.</summary>
public interface ILibvirtTransport
{
    /// <summary>Connects. Disposing the stream must end a read that waits; a reconnection waits for it.</summary>
    /// <param name="uri">What the connection was opened with.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="LibvirtException">The server cannot be reached.</exception>
    Task<Stream> ConnectAsync(LibvirtUri uri, CancellationToken cancellationToken);
}
