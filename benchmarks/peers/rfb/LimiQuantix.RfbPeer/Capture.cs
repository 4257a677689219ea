using System.Net.Sockets;
using LimiQuantix.Rfb;

namespace LimiQuantix.RfbPeer;

/// <summary>What a server sent, on disk and back.</summary>
internal static class Capture
{
    public static async Task<Stream> ConnectAsync(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>Follows the screen, then stops the guest and takes what is still on its way, so that the capture ends with a whole message.</summary>
    public static async Task RecordAsync(string vnc, string qmp, RfbEncoding encoding, int seconds, string file)
    {
        await using var copy = File.Create(file);
        var options = new RfbClientOptions { Encodings = [encoding], Features = RfbFeatures.None, JpegQuality = encoding == RfbEncoding.Tight ? 6 : null };
        await using var client = await RfbClient.ConnectAsync(new CopyingStream(await ConnectAsync(vnc), copy), options);
        using var ending = new CancellationTokenSource();
        var updates = 0;
        var watching = Task.Run(async () =>
        {
            await foreach (var change in client.WatchAsync(ending.Token))
                updates++;
        });
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        await using (var monitor = await ConnectAsync(qmp))
        {
            using var answers = new StreamReader(monitor, leaveOpen: true);
            await answers.ReadLineAsync();
            foreach (var command in new[] { "qmp_capabilities", "stop" })
            {
                await monitor.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"{{\"execute\":\"{command}\"}}\n"));
                while (await answers.ReadLineAsync() is { } line && !line.Contains("\"return\"", StringComparison.Ordinal))
                {
                }
            }
            for (var last = -1L; last != copy.Length; await Task.Delay(1500))
                last = copy.Length;
            await monitor.WriteAsync("{\"execute\":\"cont\"}\n"u8.ToArray());
            await answers.ReadLineAsync();
        }
        await ending.CancelAsync();
        await watching.ContinueWith(_ => { }, TaskScheduler.Default);
        Console.WriteLine($"{encoding}: {updates} updates, {copy.Length} bytes");
    }

    public static async Task ReplayAsync(string file, string path)
    {
        var bytes = await File.ReadAllBytesAsync(file);
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        while (true)
        {
            using var socket = await listener.AcceptAsync();
            var said = DrainAsync(socket);
            try
            {
                for (var at = 0; at < bytes.Length;)
                    at += await socket.SendAsync(bytes.AsMemory(at));
                socket.Shutdown(SocketShutdown.Send);
                await said;
            }
            catch (SocketException e)
            {
                Console.Error.WriteLine($"a client left: {e.Message}");
            }
        }
    }

    private static async Task DrainAsync(Socket socket)
    {
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // It left in the midst of something.
        }
    }

    /// <summary>Keeps a copy of what is received.</summary>
    private sealed class CopyingStream(Stream inner, Stream copy) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await inner.ReadAsync(buffer, cancellationToken);
            copy.Write(buffer.Span[..count]);
            return count;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => inner.WriteAsync(buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
