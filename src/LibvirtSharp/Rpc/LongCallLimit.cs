using System.Diagnostics.CodeAnalysis;
using LibvirtSharp.Xdr;

namespace LibvirtSharp.Rpc;

/// <summary>
/// How many calls that take long are under way at a time. A daemon works at five calls of a client (<c>max_client_requests</c>, by
/// default) and reads nothing from it meanwhile, not even the answers to its keepalive: five that last would be the end of the
/// connection after half a minute. A call that nobody waits for any more has its turn until the daemon has answered it.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A semaphore without a wait handle has nothing to dispose.")]
internal sealed class LongCallLimit(TimeProvider timeProvider)
{
    /// <summary>One of the daemon's five is left for the others.</summary>
    private const int Most = 4;

    private readonly SemaphoreSlim _free = new(Most);

    /// <summary>Waits for a turn, which <see cref="Release"/> gives back.</summary>
    /// <param name="name">The procedure it is for.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <exception cref="LibvirtException">It took too long.</exception>
    public async Task WaitAsync(string name, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using CancellationTokenSource late = Timer(timeout);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            await _free.WaitAsync(ended.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw LibvirtException.TimedOut(name, timeout);
        }
    }

    public void Release() => _free.Release();

    /// <summary>Sends a call when it is its turn, and gives its reply. The time it may take begins with the wait. Takes the writer over.</summary>
    /// <exception cref="LibvirtException">As for any call.</exception>
    public async Task<T> CallAsync<T>(IChannelSource source, XdrWriter writer, XdrRead<T> read, TimeSpan timeout, CancellationToken cancellationToken)
    {
        string name = Programs.Name(writer.Program, writer.Procedure);
        using CancellationTokenSource late = Timer(timeout);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            await _free.WaitAsync(ended.Token).ConfigureAwait(false);
            Task<T> answer = AnswerAsync(source, writer, read);
            // Its failure may come when nobody waits any more.
            _ = answer.ContinueWith(static task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            return await answer.WaitAsync(ended.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw LibvirtException.TimedOut(name, timeout);
        }
    }

    private CancellationTokenSource Timer(TimeSpan timeout) => new(TimerLimit.Of(timeout), timeProvider);

    private async Task<T> AnswerAsync<T>(IChannelSource source, XdrWriter writer, XdrRead<T> read)
    {
        try
        {
            return await source.ChannelFor(writer).CallAsync(writer, read, Timeout.InfiniteTimeSpan, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            Release();
        }
    }
}
