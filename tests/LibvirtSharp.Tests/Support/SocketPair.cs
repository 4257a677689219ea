using System.Net.Sockets;
using LimiQuantix.Testing;

namespace LibvirtSharp.Tests.Support;

/// <summary>Two unix sockets that are connected with each other.</summary>
internal sealed class SocketPair : IDisposable
{
    private SocketPair(Socket ours, Socket theirs)
    {
        Ours = ours;
        Theirs = theirs;
    }

    public Socket Ours { get; }

    public Socket Theirs { get; }

    public static async Task<SocketPair> CreateAsync()
    {
        await using var folder = new TemporaryFolder();
        var address = new UnixDomainSocketEndPoint(folder.Combine("s"));
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(address);
        listener.Listen();
        var ours = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await ours.ConnectAsync(address);
        return new SocketPair(ours, await listener.AcceptAsync());
    }

    public void Dispose()
    {
        Ours.Dispose();
        Theirs.Dispose();
    }
}
