using System.Net.Sockets;
using LimiQuantix.Testing;

namespace LibvirtSharp.Ssh.Tests.Agent;

/// <summary>An agent of the test's own on a unix socket.</summary>
internal sealed class FakeAgent : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _serving;

    /// <param name="answer">All that it sends for a request, after which it closes; null for an agent that says nothing.</param>
    public FakeAgent(Func<byte[], byte[]?> answer)
    {
        _listener.Bind(new UnixDomainSocketEndPoint(Path));
        _listener.Listen();
        _serving = ServeAsync(answer);
    }

    public string Path => _folder.Combine("agent");

    /// <summary>A message of its parts, with its length before it.</summary>
    public static byte[] Message(byte type, params byte[][] parts) => SshWire.String([type, .. parts.SelectMany(part => part)]);

    /// <summary>The answer that lists keys.</summary>
    public static byte[] List(params byte[][] keys) =>
        Message(12, [SshWire.Number((uint)keys.Length), .. keys.Select(key => (byte[])[.. SshWire.String(key), .. SshWire.String("comment")])]);

    /// <summary>The beginning of a public key, with something that makes it another than the next.</summary>
    public static byte[] Key(string type, int number = 0) => [.. SshWire.String(type), .. SshWire.String(SshWire.Number((uint)number))];

    /// <summary>The answer that signs.</summary>
    public static byte[] Signed(string type) => Message(14, SshWire.String([.. SshWire.String(type), .. SshWire.String("signature")]));

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await Task.WhenAny(_serving, Task.Delay(TimeSpan.FromSeconds(30)));
        _end.Dispose();
        await _folder.DisposeAsync();
    }

    private async Task ServeAsync(Func<byte[], byte[]?> answer)
    {
        while (true)
        {
            try
            {
                await using var stream = new NetworkStream(await _listener.AcceptAsync(_end.Token), ownsSocket: true);
                await AnswerAsync(stream, answer);
            }
            catch (IOException)
            {
                // The client has gone, as it should after some answers.
            }
        }
    }

    private async Task AnswerAsync(NetworkStream stream, Func<byte[], byte[]?> answer)
    {
        byte[] header = new byte[4];
        await stream.ReadExactlyAsync(header, _end.Token);
        byte[] request = new byte[header[2] * 256 + header[3]];
        await stream.ReadExactlyAsync(request, _end.Token);
        if (answer(request) is { } bytes)
            await stream.WriteAsync(bytes, _end.Token);
        else
            await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, _end.Token);
    }
}
