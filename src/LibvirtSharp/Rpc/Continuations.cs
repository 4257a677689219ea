using LibvirtSharp.Transports;

namespace LibvirtSharp.Rpc;

/// <summary>
/// What the receiving loop has for callers and readers, in the order it came. They go on when the loop's next wait is under way, on the
/// loop's own thread: the common call needs no second thread to wake. Whatever one of them does then, the loop goes on elsewhere and
/// takes with it what is left.
/// </summary>
internal sealed class Continuations
{
    private readonly MessageSender _sender;
    private readonly LocalSocketStream? _local;
    private readonly Action _letGo;
    private readonly Lock _gate = new();
    private readonly Queue<IContinuation> _waiting = new();

    public Continuations(MessageSender sender, LocalSocketStream? local)
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

    public void Add(IContinuation continuation)
    {
        lock (_gate)
            _waiting.Enqueue(continuation);
    }

    /// <summary>Everything goes on on the thread pool.</summary>
    public void Elsewhere()
    {
        while (TryTake(0, out IContinuation? continuation))
            continuation.Continue(inline: false);
    }

    /// <summary>The last goes on here, those before it on the thread pool.</summary>
    public void LastHere()
    {
        while (TryTake(1, out IContinuation? continuation))
            continuation.Continue(inline: false);
        if (!TryTake(0, out IContinuation? last))
            return;
        // A stream has its connection to itself: nobody else waits while its reader works, and few readers block.
        if (last is StreamBuffer)
            _local?.CoverIfHeldUp();
        else
            _local?.Cover();
        last.Continue(inline: true);
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
        while (TryTake(0, out IContinuation? continuation))
            continuation.Continue(inline: true);
        _sender.Release();
    }

    private void LetGo()
    {
        Elsewhere();
        _sender.Release();
    }

    private bool TryTake(int butLast, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IContinuation? continuation)
    {
        lock (_gate)
        {
            continuation = null;
            return _waiting.Count > butLast && _waiting.TryDequeue(out continuation);
        }
    }
}
