using System.Net.Sockets;
using LibvirtSharp.Transports;

namespace LibvirtSharp.Tests.Support;

/// <summary>A host's own transport to a unix socket, whose stream ends but throws when it is disposed.</summary>
internal sealed class UnclosableTransport : ILibvirtTransport
{
    public async Task<Stream> ConnectAsync(LibvirtUri uri, CancellationToken cancellationToken) =>
        new UnclosableStream(await UnixTransport.ConnectAsync(uri.Parameter("socket")!, cancellationToken));

    private sealed class UnclosableStream(Socket socket) : NetworkStream(socket, ownsSocket: true)
    {
        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            if (disposing)
                throw new IOException("The tunnel cannot be closed.");
        }
    }
}
