using NUnit.Framework;

namespace LimiQuantix.Testing;

/// <summary>
/// The one way in which a test waits for what nothing tells it of: it looks again and again, and fails at a deadline that says what did not
/// happen. A machine may be busy, so deadlines are long: they end a test that hangs, and measure nothing.
/// </summary>
public static class Eventually
{
    /// <summary>How long is waited when nothing else is said.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(4);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until a condition is true.</summary>
    /// <param name="condition">What to look at. What it throws ends the wait.</param>
    /// <param name="what">What should happen, as a clause for the failure.</param>
    /// <param name="timeout">How long; <see cref="DefaultTimeout"/> by default.</param>
    /// <param name="pause">How long to wait between two looks; 20 ms by default.</param>
    public static Task TrueAsync(Func<bool> condition, string what, TimeSpan? timeout = null, TimeSpan? pause = null) =>
        TrueAsync(() => Task.FromResult(condition()), what, timeout, pause);

    /// <inheritdoc cref="TrueAsync(Func{bool}, string, TimeSpan?, TimeSpan?)"/>
    public static async Task TrueAsync(Func<Task<bool>> condition, string what, TimeSpan? timeout = null, TimeSpan? pause = null)
    {
        var limit = timeout ?? DefaultTimeout;
        using var deadline = new CancellationTokenSource(limit);
        while (true)
        {
            // A look that hangs is as much a failure as one that never becomes true.
            bool isTrue;
            try
            {
                isTrue = await condition().WaitAsync(deadline.Token);
                if (!isTrue) await Task.Delay(pause ?? Pause, deadline.Token);
            }
            catch (OperationCanceledException) when (deadline.IsCancellationRequested)
            {
                throw new AssertionException($"In {limit} this did not happen: {what}.");
            }

            if (isTrue) return;
        }
    }
}
