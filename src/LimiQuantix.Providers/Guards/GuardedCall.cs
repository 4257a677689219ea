using LimiQuantix.Providers.Instances;

namespace LimiQuantix.Providers.Guards;

/// <summary>How a member of a provider is called.</summary>
/// <param name="Member">The member's name, for errors.</param>
/// <param name="Limit">How long it may take; infinite where silence is legitimate.</param>
/// <param name="Option">The member of <see cref="ProviderDeadlines"/> that the limit comes from.</param>
/// <param name="Grace">How long it may take to come back once its token was cancelled.</param>
/// <param name="IsMutating">Whether it changes something outside.</param>
internal readonly record struct GuardedCall(string Member, TimeSpan Limit, string Option, TimeSpan Grace, bool IsMutating)
{
    /// <summary>Whether the call's execution context goes with it; not into what outlives it.</summary>
    public bool Flows { get; init; } = true;

    /// <summary>Whether the operation that it is made for has a say: <see cref="ProviderCallScope"/>.</summary>
    public bool IsInScope { get; init; } = true;
}

/// <summary>A call that waits for a thread of its instance, or has begun on it.</summary>
internal sealed class GuardedCallStart<T>(Func<CancellationToken, Task<T>?> call, ProviderCallScope? scope, bool flows, CancellationToken token)
{
    private const int Waiting = 0;
    private const int Begun = 1;
    private const int Abandoned = 2;

    private readonly ExecutionContext? _context = flows ? ExecutionContext.Capture() : null;
    private readonly TaskCompletionSource<Task<T>?> _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _state = Waiting;

    /// <summary>What the member gave back once it returned; its exception when it threw.</summary>
    public Task<Task<T>?> Returned => _begun.Task;

    /// <summary>Takes the call back. Whether it never begins; otherwise it has begun.</summary>
    public bool TryAbandon() => Interlocked.CompareExchange(ref _state, Abandoned, Waiting) == Waiting;

    /// <summary>Calls, on the thread that this runs on.</summary>
    public void Run()
    {
        if (Interlocked.CompareExchange(ref _state, Begun, Waiting) != Waiting) return;
        if (_context is null) Begin();
        else ExecutionContext.Run(_context, static start => ((GuardedCallStart<T>)start!).Begin(), this);
    }

    private void Begin()
    {
        try
        {
            // The last moment: the call may have waited for its thread longer than the lease lasts.
            scope?.EnsureLeading();
            _begun.SetResult(call(token));
        }
        catch (Exception exception)
        {
            _begun.SetException(exception);
        }
    }
}
