using System.Runtime.CompilerServices;

namespace LibvirtSharp.Rpc;

/// <summary>
/// Waits for the socket and, once that wait is under way, gives the last decoded reply to its caller on this same thread: the
/// common call needs no second thread to wake. Whatever the caller does then, the next message finds its receiver.
/// </summary>
internal readonly struct ReadThenPublish(ValueTask<int> reading, PendingCall? call) : ICriticalNotifyCompletion
{
    private readonly ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _awaiter = reading.ConfigureAwait(false).GetAwaiter();

    public bool IsCompleted
    {
        get
        {
            if (!_awaiter.IsCompleted)
                return false;
            // There is more to receive at once; the caller goes on elsewhere.
            call?.Publish(inline: false);
            return true;
        }
    }

    public ReadThenPublish GetAwaiter() => this;

    public int GetResult() => _awaiter.GetResult();

    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    public void UnsafeOnCompleted(Action continuation)
    {
        // From the first line on the receiving loop may run again, on another thread.
        PendingCall? published = call;
        _awaiter.UnsafeOnCompleted(continuation);
        published?.Publish(inline: true);
    }
}
