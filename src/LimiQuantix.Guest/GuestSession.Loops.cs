using System.Buffers.Binary;
using LimiQuantix.Guest.Client;
using LimiQuantix.Guest.Wire;

namespace LimiQuantix.Guest;

/// <content>What runs as long as the session: the reader, the one writer, and the watch over the agent's answers.</content>
public sealed partial class GuestSession
{
    private async Task ReceiveAsync()
    {
        try
        {
            while (true)
            {
                while (_reader.TryRead(out FrameHeader header, out ReadOnlyMemory<byte> payload))
                    Dispatch(header, payload);
                int read = await _transport.ReadAsync(_reader.Free(), _ending.Token).ConfigureAwait(false);
                if (read == 0)
                    throw new GuestException(GuestErrorCode.SessionEnded, "The channel to the guest was closed.");
                _reader.Advance(read);
            }
        }
        catch (GuestException e)
        {
            End(e);
        }
        catch (FrameException e)
        {
            End(GuestException.Violation(e.Message, e));
        }
        catch (Exception e)
        {
            End(new GuestException(GuestErrorCode.SessionEnded, $"The channel to the guest failed: {e.Message}", e));
        }
    }

    private void Dispatch(FrameHeader header, ReadOnlyMemory<byte> payload)
    {
        if (header.Session != Tag)
            throw GuestException.Violation("a frame of another session: the guest was restored, or a second client is on the channel");
        if (header.Stream != 0)
        {
            GuestStream? stream;
            lock (_lock)
                _streams.TryGetValue(header.Stream, out stream);
            // Nothing follows a Close, and no stream begins in the guest.
            (stream ?? throw GuestException.Violation($"a {header.Type} frame of a stream that is not open")).Receive(header, payload);
            if (stream.IsClosed)
                Remove(stream);
            return;
        }

        switch (header.Type)
        {
            case FrameType.Welcome:
                // The answer to a Hello that was said again.
                break;
            case FrameType.Pong when payload.Length == 8:
                lock (_lock)
                {
                    if (_pings.TryGetValue(BinaryPrimitives.ReadUInt64LittleEndian(payload.Span), out TaskCompletionSource? ping))
                        ping.TrySetResult();
                }

                break;
            case FrameType.Ping when payload.Length == 8:
                // One answer at a time: a flood of pings must not become a queue of pongs.
                if (Interlocked.CompareExchange(ref _pongsUnsent, 1, 0) == 0)
                    SendControl(FrameHeader.Frame(FrameType.Pong, 0, Tag, 0, payload.Span));
                break;
            case FrameType.Goodbye:
                throw new GuestException(GuestErrorCode.SessionEnded, "The agent ended the session: it stops, or serves another session.");
            case >= FrameType.Hello and <= FrameType.Goodbye:
                throw GuestException.Violation($"a {header.Type} frame of {payload.Length} bytes outside a stream");
            default:
                // A newer agent's; it may not expect an answer.
                break;
        }
    }

    private async Task WriteAsync()
    {
        try
        {
            while (true)
            {
                ReadOnlyMemory<byte> frame = await _outbox.TakeAsync(_ending.Token).ConfigureAwait(false);
                // Only the session's end cuts a write, and a cut write is the session's end.
                await _transport.WriteAsync(frame, _ending.Token).ConfigureAwait(false);
                if (frame.Span[4] == (byte)FrameType.Pong)
                    Interlocked.Exchange(ref _pongsUnsent, 0);
                if (frame.Span[4] == (byte)FrameType.Goodbye)
                    End(new GuestException(GuestErrorCode.SessionEnded, "The session was closed on this side."));
            }
        }
        catch (Exception e)
        {
            End(new GuestException(GuestErrorCode.SessionEnded, $"The channel to the guest failed: {e.Message}", e));
        }
    }

    private async Task WatchAsync()
    {
        if (Options.PingInterval == Timeout.InfiniteTimeSpan)
            return;
        int missed = 0;
        try
        {
            while (true)
            {
                await Task.Delay(Options.PingInterval, Options.TimeProvider, _ending.Token).ConfigureAwait(false);
                (ulong id, Task answered) = SendPing();
                try
                {
                    await answered.WaitAsync(Options.PingInterval, Options.TimeProvider, _ending.Token).ConfigureAwait(false);
                    missed = 0;
                }
                catch (TimeoutException) when (++missed < Options.MissedPings)
                {
                }
                finally
                {
                    lock (_lock)
                        _pings.Remove(id);
                }
            }
        }
        catch (TimeoutException e)
        {
            End(new GuestException(GuestErrorCode.Silent, $"The agent left {missed} pings unanswered; it was last asked {Options.PingInterval.TotalSeconds:0.#} s ago.", e));
        }
        catch (Exception e) when (e is OperationCanceledException or GuestException)
        {
        }
    }
}
