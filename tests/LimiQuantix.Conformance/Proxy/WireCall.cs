using System.Threading.Channels;

namespace LimiQuantix.Conformance.Proxy;

/// <summary>What a frame is: its first byte. The second one is the channel of <see cref="Bytes"/> and <see cref="End"/>.</summary>
internal enum WireFrameKind : byte
{
    /// <summary>The call: contract, member, deadline and arguments as JSON. The first frame of the caller.</summary>
    Request = 1,

    /// <summary>The answer as JSON.</summary>
    Answer = 2,

    /// <summary>One item of an enumeration as JSON.</summary>
    Item = 3,

    /// <summary>Bytes of a stream.</summary>
    Bytes = 4,

    /// <summary>The end of a stream or an enumeration: without it, what came is not whole.</summary>
    End = 5,

    /// <summary>A failure as a <see cref="LimiQuantixError"/>. Nothing follows.</summary>
    Error = 6,

    /// <summary>The call ended because its caller wanted that. Nothing follows.</summary>
    Cancelled = 7,
}

/// <summary>
/// One call between two processes that are one: bounded queues of frames in both directions, and a reset, as a stream of HTTP/2 has.
/// Nothing but bytes goes through.
/// </summary>
internal sealed class WireCall : IDisposable
{
    /// <summary>The largest frame: a seed has up to 4 MiB, and base64 adds a third.</summary>
    public const int MaximumFrameBytes = 8 << 20;

    /// <summary>The channel of a stream that is an argument.</summary>
    public const byte ArgumentStream = 0;

    /// <summary>The channel of a stream that is the answer, or a part of it.</summary>
    public const byte ResultStream = 1;

    private const int QueuedFrames = 16;
    private readonly Channel<byte[]> _toServer = NewQueue();
    private readonly Channel<byte[]> _toClient = NewQueue();
    private readonly CancellationTokenSource _reset = new();

    public WireCall()
    {
        Client = new WireSide(_toServer.Writer, _toClient.Reader, _reset.Token);
        Server = new WireSide(_toClient.Writer, _toServer.Reader, _reset.Token);
    }

    public WireSide Client { get; }

    public WireSide Server { get; }

    /// <summary>Ends with the call's reset.</summary>
    public CancellationToken IsReset => _reset.Token;

    /// <summary>Tells both sides that nobody waits for the call any more.</summary>
    public void Reset() => _reset.Cancel();

    public void Dispose() => _reset.Dispose();

    private static Channel<byte[]> NewQueue() => Channel.CreateBounded<byte[]>(QueuedFrames);
}

/// <summary>One side of a call.</summary>
internal sealed class WireSide(ChannelWriter<byte[]> output, ChannelReader<byte[]> input, CancellationToken reset)
{
    private static long _bytes;

    /// <summary>All bytes that crossed in this process.</summary>
    public static long BytesCrossed => Interlocked.Read(ref _bytes);

    public async ValueTask SendAsync(WireFrameKind kind, ReadOnlyMemory<byte> payload, byte channel = 0, CancellationToken cancellationToken = default)
    {
        if (payload.Length > WireCall.MaximumFrameBytes)
        {
            throw new LimiQuantixException(
                ErrorCodes.InvalidArgument, $"A message of {payload.Length} bytes is larger than the {WireCall.MaximumFrameBytes} that may cross.");
        }

        var frame = new byte[2 + payload.Length];
        frame[0] = (byte)kind;
        frame[1] = channel;
        payload.CopyTo(frame.AsMemory(2));
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(reset, cancellationToken);
        await output.WriteAsync(frame, linked.Token).ConfigureAwait(false);
        Interlocked.Add(ref _bytes, frame.Length);
    }

    /// <summary>Sends without waiting, whether or not the call was reset.</summary>
    public bool TrySend(WireFrameKind kind, ReadOnlyMemory<byte> payload) => output.TryWrite([(byte)kind, 0, .. payload.Span]);

    /// <summary>The next frame, or <see langword="null"/> when the other side has said everything.</summary>
    public async ValueTask<WireFrame?> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (await input.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (input.TryRead(out var frame)) return new WireFrame((WireFrameKind)frame[0], frame[1], frame.AsMemory(2));
        }

        return null;
    }

    public void Complete() => output.TryComplete();
}

/// <summary>A frame that came.</summary>
internal readonly record struct WireFrame(WireFrameKind Kind, byte Channel, ReadOnlyMemory<byte> Payload);
