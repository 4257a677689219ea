using System.Runtime.CompilerServices;

namespace LibvirtSharp.Rpc;

/// <summary>
/// A wait of the receiving loop. Once it is under way, what was received goes to its callers on this same thread; when there is nothing
/// to wait for, they go on elsewhere. Whatever a caller does then, the next message finds its receiver.
/// </summary>
/// <param name="waiting">The wait.</param>
/// <param name="continuations">What was received.</param>
/// <param name="all">Whether all of it goes on here; otherwise only the last.</param>
internal readonly struct WaitThenContinue(ValueTask<int> waiting, Continuations continuations, bool all) : ICriticalNotifyCompletion
{
    private readonly ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _awaiter = waiting.ConfigureAwait(false).GetAwaiter();

    public bool IsCompleted
    {
        get
        {
            if (!_awaiter.IsCompleted)
                return false;
            continuations.Elsewhere();
            return true;
        }
    }

    public WaitThenContinue GetAwaiter() => this;

    public int GetResult() => _awaiter.GetResult();

    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    public void UnsafeOnCompleted(Action continuation)
    {
        // From the first line on the receiving loop may run again, on another thread.
        (Continuations received, bool here) = (continuations, all);
        _awaiter.UnsafeOnCompleted(continuation);
        if (here)
            received.AllHere();
        else
            received.LastHere();
    }
}
