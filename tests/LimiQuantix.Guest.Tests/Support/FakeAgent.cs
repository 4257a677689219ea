using System.Net.Sockets;
using Google.Protobuf;
using LimiQuantix.Guest.Protos;
using LimiQuantix.Guest.Wire;

namespace LimiQuantix.Guest.Tests.Support;

/// <summary>A guest that says what the test wants: the other end of a session, frame by frame.</summary>
internal sealed class FakeAgent : IDisposable
{
    private readonly Socket _socket;
    private readonly FrameReader _reader = new(FrameType.Hello);

    private FakeAgent(Socket socket) => _socket = socket;

    public uint Tag { get; private set; }

    /// <summary>A session with it, and it.</summary>
    public static async Task<(GuestSession Session, FakeAgent Agent)> ConnectAsync(GuestSessionOptions? options = null, byte[]? stale = null)
    {
        (Stream host, FakeAgent agent) = await PairAsync();
        Task<GuestSession> connecting = GuestSession.ConnectAsync(host, options);
        if (stale is not null)
            await agent.SendAsync(stale);
        await agent.WelcomeAsync();
        return (await connecting, agent);
    }

    /// <summary>A pipe and the fake at its other end, without a session.</summary>
    public static async Task<(Stream Host, FakeAgent Agent)> PairAsync()
    {
        string path = Path.Combine(Path.GetTempPath(), $"lqg-{Guid.NewGuid():N}"[..16]);
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        var host = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await host.ConnectAsync(new UnixDomainSocketEndPoint(path));
        Socket guest = await listener.AcceptAsync();
        File.Delete(path);
        return (new NetworkStream(host, ownsSocket: true), new FakeAgent(guest));
    }

    /// <summary>Waits for a Hello and gives its answer.</summary>
    public async Task<Hello> WelcomeAsync(Action<Welcome>? change = null)
    {
        (FrameHeader header, byte[] payload) = await ReceiveAsync();
        Assert.That(header.Type, Is.EqualTo(FrameType.Hello));
        Hello hello = Hello.Parser.ParseFrom(payload);
        Tag = header.Session;
        Welcome welcome = new() { Nonce = hello.Nonce, Version = 1, AgentVersion = "fake", BootId = "boot", StartId = "start" };
        change?.Invoke(welcome);
        await SendAsync(FrameType.Welcome, 0, 0, welcome.ToByteArray());
        return hello;
    }

    /// <summary>The next frame that is no ping; pings are answered.</summary>
    public async Task<(FrameHeader Header, byte[] Payload)> ReceiveAsync()
    {
        while (true)
        {
            if (_reader.TryRead(out FrameHeader header, out ReadOnlyMemory<byte> payload))
            {
                if (header.Type != FrameType.Ping)
                    return (header, payload.ToArray());
                await SendAsync(FrameType.Pong, 0, 0, payload.ToArray());
                continue;
            }

            int read = await _socket.ReceiveAsync(_reader.Free());
            if (read == 0)
                throw new EndOfStreamException();
            _reader.Advance(read);
        }
    }

    /// <summary>The next request and its stream.</summary>
    public async Task<(uint Stream, Request Request)> ReceiveRequestAsync()
    {
        while (true)
        {
            (FrameHeader header, byte[] payload) = await ReceiveAsync();
            if (header.Type == FrameType.Open)
                return (header.Stream, Request.Parser.ParseFrom(payload));
        }
    }

    public Task SendAsync(FrameType type, byte channel, uint stream, byte[] payload) => SendAsync(FrameHeader.Frame(type, channel, Tag, stream, payload));

    public Task SendAsync(uint stream, Message message) => SendAsync(FrameType.Message, 0, stream, message.ToByteArray());

    public Task SendAsync(uint stream, Close close) => SendAsync(FrameType.Close, 0, stream, close.ToByteArray());

    public async Task SendAsync(byte[] bytes)
    {
        for (int sent = 0; sent < bytes.Length;)
            sent += await _socket.SendAsync(bytes.AsMemory(sent));
    }

    public void Dispose() => _socket.Dispose();
}
