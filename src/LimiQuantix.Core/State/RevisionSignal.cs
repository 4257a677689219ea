namespace LimiQuantix.Core.State;

/// <summary>Wakes watches when the store's revision grows. Holds nothing but a number: what changed is read from the store.</summary>
internal sealed class RevisionSignal
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _revision;

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

        reached.SetResult();
    }

    /// <summary>Returns when the revision is known to be greater than this one.</summary>
    public async Task WaitBeyondAsync(long revision, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task next;
            lock (_gate)
            {
                if (_revision > revision) return;
                next = _next.Task;
            }

            await next.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
