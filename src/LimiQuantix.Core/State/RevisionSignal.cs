namespace LimiQuantix.Core.State;

/// <summary>Wakes watches when the store's revision grows. Holds nothing but a number: what changed is read from the store.</summary>
internal sealed class RevisionSignal
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _revision;
    private bool _isClosed;

    /// <summary>Tells the store's revision. Going backwards does nothing.</summary>
    public void Advance(long revision)
    {
        TaskCompletionSource reached;
        lock (_gate)
        {
            if (revision <= _revision) return;
            _revision = revision;
            reached = _next;
            _next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        reached.TrySetResult();
    }

    /// <summary>Ends every wait: the store is closed.</summary>
    public void Close()
    {
        TaskCompletionSource reached;
        lock (_gate)
        {
            _isClosed = true;
            reached = _next;
        }

        reached.TrySetResult();
    }

    /// <summary>Returns when the revision is known to be greater than this one.</summary>
    /// <exception cref="ObjectDisposedException">The store was closed.</exception>
    public async Task WaitBeyondAsync(long revision, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task next;
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_isClosed, this);
                if (_revision > revision) return;
                next = _next.Task;
            }

            await next.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
