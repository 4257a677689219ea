using System.Threading.Channels;
using LimiQuantix.Guest.Wire;

namespace LimiQuantix.Guest.Client;

/// <summary>What the agent sent on one channel of a stream and nobody has taken yet: never more than the window it was given.</summary>
internal sealed class StreamChannel(int window, Action<int> grant)
{
    private readonly Channel<(FrameType Type, ReadOnlyMemory<byte> Payload)> _items =
        Channel.CreateUnbounded<(FrameType, ReadOnlyMemory<byte>)>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    private readonly Lock _lock = new();
    /// <summary>What came and was not given back as credit.</summary>
    private int _used;
    private int _taken;
    private bool _hasEnded;

    /// <summary>A frame costs its header too, or frames without content would cost nothing.</summary>
    public static int CostOf(int payload) => FrameHeader.Size + payload;

    /// <summary>Takes in a frame; false when it exceeds the credit or follows the end.</summary>
    public bool TryAdd(FrameType type, ReadOnlyMemory<byte> payload)
    {
        int cost = CostOf(payload.Length);
        lock (_lock)
        {
            if (_hasEnded || cost > window - _used)
                return false;
            _used += cost;
        }

        _items.Writer.TryWrite((type, payload.ToArray()));
        return true;
    }

    /// <summary>No more frames; false when that was said before.</summary>
    public bool TryEnd()
    {
        lock (_lock)
        {
            if (_hasEnded)
                return false;
            _hasEnded = true;
        }

        _items.Writer.TryComplete();
        return true;
    }

    /// <summary>The stream is over; what came can still be taken.</summary>
    public void Complete(Exception? error) => _items.Writer.TryComplete(error);

    /// <summary>The next frame, or null after the last one.</summary>
    public async ValueTask<(FrameType Type, ReadOnlyMemory<byte> Payload)?> TakeAsync(CancellationToken cancellationToken)
    {
        if (!_items.Reader.TryRead(out (FrameType Type, ReadOnlyMemory<byte> Payload) item))
        {
            try
            {
                item = await _items.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (ChannelClosedException e) when (e.InnerException is null)
            {
                return null;
            }
            catch (ChannelClosedException e)
            {
                throw GuestSession.Again(e.InnerException!);
            }
        }

        int granted = 0;
        lock (_lock)
        {
            _taken += CostOf(item.Payload.Length);
            if (_taken >= window / 4 && !_hasEnded)
            {
                granted = _taken;
                _used -= granted;
                _taken = 0;
            }
        }

        if (granted > 0)
            grant(granted);
        return item;
    }
}
