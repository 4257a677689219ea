using LibvirtSharp.Transports;

namespace LibvirtSharp.Rpc;

/// <summary>
/// What the receiving loop has for callers and readers, in the order it came. They go on when the loop's next wait is under way, on the
/// loop's own thread: the common call needs no second thread to wake. Whatever one of them does then, the loop goes on elsewhere and
/// takes with it what is left.
/// </summary>
internal sealed class Deliveries
{
    private readonly MessageSender _sender;
    private readonly LocalSocketStream? _local;
    private readonly Action _letGo;
    private readonly Lock _gate = new();
    private readonly Queue<IDelivery> _waiting = new();

    public Deliveries(MessageSender sender, LocalSocketStream? local)
    {
        _sender = sender;
        _local = local;
        _letGo = LetGo;
    }

    public bool IsEmpty
    {
        get
        {
            lock (_gate)
                return _waiting.Count == 0;
        }
    }

    public void Add(IDelivery delivery)
    {
        lock (_gate)
            _waiting.Enqueue(delivery);
    }

    /// <summary>Everything goes on on the thread pool.</summary>
    public void Elsewhere()
    {
        while (TryTake(0, out IDelivery? delivery))
            delivery.Deliver(inline: false);
    }

    /// <summary>The last goes on here, those before it on the thread pool.</summary>
    public void LastHere()
    {
        while (TryTake(1, out IDelivery? delivery))
            delivery.Deliver(inline: false);
        if (!TryTake(0, out IDelivery? last))
            return;
        // A stream has its connection to itself: nobody else waits while its reader works, and few readers block.
        if (last is StreamBuffer)
            _local?.CoverIfHeldUp();
        else
            _local?.Cover();
        last.Deliver(inline: true);
    }

    /// <summary>
    /// One after the other goes on here; the calls that they make are sent together. When one of them holds this thread up, those
    /// after it go on on the thread pool and what was called is sent.
    /// </summary>
    public void AllHere()
    {
        _sender.Hold();
        if (_local?.CoverIfHeldUp(_letGo) != true)
            Elsewhere();
        while (TryTake(0, out IDelivery? delivery))
            delivery.Deliver(inline: true);
        _sender.Release();
    }

    private void LetGo()
    {
        Elsewhere();
        _sender.Release();
    }

    private bool TryTake(int butLast, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IDelivery? delivery)
    {
        lock (_gate)
        {
            delivery = null;
            return _waiting.Count > butLast && _waiting.TryDequeue(out delivery);
        }
    }
}
