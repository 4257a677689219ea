using Google.Protobuf;
using LimiQuantix.Guest.Protos;
using LimiQuantix.Guest.Wire;

namespace LimiQuantix.Guest.Client;

/// <summary>One call's stream, seen from the host.</summary>
internal sealed class GuestStream
{
    /// <summary>More credit than this at once is no credit but an attack on the counter.</summary>
    private const int MaxSendCredit = 16 * 1024 * 1024;

    private readonly GuestSession _session;
    private readonly StreamChannel[] _channels;
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource<Close> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _moreCredit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _sendCredit;
    private bool _inputEnded;

    public GuestStream(GuestSession session, uint id, int window)
    {
        _session = session;
        Id = id;
        Window = window;
        _channels = [.. Enumerable.Range(0, 3).Select(c => new StreamChannel(window, n => session.Grant(this, (byte)c, n)))];
        // A call that was given up leaves it unobserved.
        _ = _closed.Task.ContinueWith(t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    public uint Id { get; }

    public int Window { get; }

    /// <summary>What its windows take of the session's memory.</summary>
    public int Reserved { get; init; }

    public bool IsClosed => _closed.Task.IsCompleted;

    /// <summary>The agent's last word.</summary>
    public Task<Close> Closed => _closed.Task;

    /// <summary>The next frame of a channel, or null when there is none any more.</summary>
    public ValueTask<(FrameType Type, ReadOnlyMemory<byte> Payload)?> TakeAsync(byte channel, CancellationToken cancellationToken) =>
        _channels[channel].TakeAsync(cancellationToken);

    /// <summary>Sends bytes of channel 0 as the agent gives credit for them. After the stream's end nothing is sent; false then.</summary>
    public async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
        {
            int count = await SpendAsync(Math.Min(bytes.Length, FrameHeader.DataPayload), cancellationToken).ConfigureAwait(false);
            if (count == 0)
                return false;
            await _session.SendDataAsync(FrameHeader.Frame(FrameType.Data, 0, _session.Tag, Id, bytes.Span[..count]), cancellationToken).ConfigureAwait(false);
            bytes = bytes[count..];
        }

        return !IsClosed;
    }

    /// <summary>Says that channel 0 has no more bytes.</summary>
    public async ValueTask EndInputAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_inputEnded || IsClosed)
                return;
            _inputEnded = true;
        }

        await _session.SendDataAsync(FrameHeader.Frame(FrameType.End, 0, _session.Tag, Id, []), cancellationToken).ConfigureAwait(false);
    }

    public void Notify(Notice notice)
    {
        if (!IsClosed)
            _session.SendControl(FrameHeader.Frame(FrameType.Notice, 0, _session.Tag, Id, notice.ToByteArray()));
    }

    /// <summary>Takes in a frame of this stream.</summary>
    /// <exception cref="GuestException">It is against the protocol.</exception>
    public void Receive(FrameHeader header, ReadOnlyMemory<byte> payload)
    {
        if (header.Channel >= _channels.Length)
            throw GuestException.Violation($"channel {header.Channel} of a stream");
        switch (header.Type)
        {
            case FrameType.Data or FrameType.Message:
                if (!_channels[header.Channel].TryAdd(header.Type, payload))
                    throw GuestException.Violation("more on a stream than it was given credit for, or after its end");
                break;
            case FrameType.End:
                if (!_channels[header.Channel].TryEnd())
                    throw GuestException.Violation("two ends of one channel");
                break;
            case FrameType.Credit:
                AddCredit(payload.Span);
                break;
            case FrameType.Close:
                Finish(GuestSession.Parse(Close.Parser, payload), null);
                break;
            default:
                throw GuestException.Violation($"a {header.Type} frame on a stream");
        }
    }

    /// <summary>The stream is over, by the agent's Close or with the session.</summary>
    public void Finish(Close? close, Exception? error)
    {
        foreach (StreamChannel channel in _channels)
            channel.Complete(error);
        if (close is not null)
            _closed.TrySetResult(close);
        else
            _closed.TrySetException(error!);
        Wake();
    }

    private void AddCredit(ReadOnlySpan<byte> payload)
    {
        if (payload.Length != 4)
            throw GuestException.Violation($"a credit of {payload.Length} bytes");
        uint credit = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(payload);
        lock (_lock)
        {
            if (credit > MaxSendCredit || _sendCredit + (int)credit > MaxSendCredit)
                throw GuestException.Violation($"a credit of {credit}");
            _sendCredit += (int)credit;
        }

        Wake();
    }

    private void Wake()
    {
        TaskCompletionSource waiting;
        lock (_lock)
        {
            waiting = _moreCredit;
            _moreCredit = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        waiting.TrySetResult();
    }

    /// <summary>Waits for credit of a frame and takes as much as there is; 0 when the stream is over.</summary>
    private async ValueTask<int> SpendAsync(int wanted, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task more;
            lock (_lock)
            {
                if (IsClosed)
                    return 0;
                // A few bytes a frame would be all header: small rests of credit wait for more.
                int payload = Math.Min(wanted, _sendCredit - FrameHeader.Size);
                if (payload >= Math.Min(wanted, 1024))
                {
                    _sendCredit -= StreamChannel.CostOf(payload);
                    return payload;
                }

                more = _moreCredit.Task;
            }

            await more.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
