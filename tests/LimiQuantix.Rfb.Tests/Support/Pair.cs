using System.IO.Pipelines;

namespace LimiQuantix.Rfb.Tests.Support;

/// <summary>A client and a server of ours, connected to each other.</summary>
internal sealed class Pair(RfbClient client, RfbServerConnection server) : IAsyncDisposable
{
    public RfbClient Client => client;

    public RfbServerConnection Server => server;

    public static async Task<Pair> ConnectAsync(int width, int height, RfbClientOptions? options = null, RfbServerOptions? serverOptions = null)
    {
        var (near, far) = Streams();
        var accepting = RfbServerConnection.AcceptAsync(far, width, height, serverOptions);
        var client = await RfbClient.ConnectAsync(near, options);
        return new Pair(client, await accepting);
    }

    /// <summary>Two ends of one connection in memory.</summary>
    public static (Stream Near, Stream Far) Streams()
    {
        var (there, back) = (new Pipe(), new Pipe());
        return (new DuplexStream(back.Reader, there.Writer), new DuplexStream(there.Reader, back.Writer));
    }

    /// <summary>The client's next message of a kind; others are passed over.</summary>
    public async Task<T> NextAsync<T>() where T : RfbInput
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await server.ReadAsync(patience.Token) is { } input)
        {
            if (input is T wanted)
                return wanted;
        }
        throw new AssertionException("the client closed the connection");
    }

    public async ValueTask DisposeAsync()
    {
        await client.DisposeAsync();
        await server.DisposeAsync();
    }

    private sealed class DuplexStream(PipeReader reader, PipeWriter writer) : AsyncOnlyStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var result = await reader.ReadAsync(cancellationToken);
            var count = (int)Math.Min(result.Buffer.Length, buffer.Length);
            System.Buffers.BuffersExtensions.CopyTo(result.Buffer.Slice(0, count), buffer.Span);
            reader.AdvanceTo(result.Buffer.GetPosition(count));
            return count;
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if ((await writer.WriteAsync(buffer, cancellationToken)).IsCompleted)
                throw new IOException("the other side has gone");
        }

        protected override void Dispose(bool disposing)
        {
            reader.Complete();
            writer.Complete();
            base.Dispose(disposing);
        }
    }
}
