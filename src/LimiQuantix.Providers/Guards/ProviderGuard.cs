using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using LimiQuantix.Providers.Instances;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Providers.Guards;

/// <summary>
/// Calls one provider instance so that it can harm nobody else, whatever it does: (1) the call begins on a thread of the instance's own,
/// (2) it is waited for until its deadline or its caller's cancellation, (3) its token is then cancelled, on yet another thread, because a
/// plugin's callback may block too, and a mutating call has a moment to come back, (4) what still runs is late: counted, known to the
/// operation that called (<see cref="ProviderCallScope"/>), its result disposed and its failure noted whenever it returns. Null and foreign
/// exceptions become errors that name plugin, instance and member.
/// </summary>
internal sealed class ProviderGuard(ProviderInstanceInfo info, ProviderDeadlines deadlines, TimeProvider time, ILogger logger)
{
    /// <summary>How many calls of one instance may block their thread at once, and how many may be late before it is asked no more.</summary>
    public const int MaxThreads = 32;

    private const int CancelThreads = 2;

    private readonly ProviderLane _lane = new($"{info.Contract.Name} {info.Name}", MaxThreads);
    private readonly ProviderLane _cancelLane = new($"{info.Contract.Name} {info.Name} cancels", CancelThreads);
    private readonly ConcurrentDictionary<string, int> _lateMembers = new();
    private int _late;
    private int _lateOpenings;

    /// <summary>The instance.</summary>
    public ProviderInstanceInfo Info => info;

    /// <summary>Whether the plugin still sits in an opening that was given up.</summary>
    public bool IsOpeningLate => Volatile.Read(ref _lateOpenings) > 0;

    /// <summary>How many calls of a member were given up and have not returned.</summary>
    public int CountLate(string member) => _lateMembers.GetValueOrDefault(member);

    /// <summary>Calls a member that only reads.</summary>
    public Task<T> ReadAsync<T>(Func<CancellationToken, Task<T>?> call, CancellationToken cancellationToken, [CallerMemberName] string member = "") =>
        OnceAsync(ReadCall(member), call, cancellationToken);

    /// <summary>Calls a member that only reads and may answer null.</summary>
    public Task<T?> FindAsync<T>(Func<CancellationToken, Task<T?>?> call, CancellationToken cancellationToken, [CallerMemberName] string member = "") =>
        OnceAsync(ReadCall(member), call, cancellationToken, mayBeNull: true);

    /// <summary>Calls a member that finds something out.</summary>
    public Task<T> ProbeAsync<T>(Func<CancellationToken, Task<T>?> call, CancellationToken cancellationToken, [CallerMemberName] string member = "") =>
        OnceAsync(new GuardedCall(member, deadlines.Probe, nameof(deadlines.Probe), TimeSpan.Zero, false), call, cancellationToken);

    /// <summary>Calls a member that changes something outside.</summary>
    public Task<T> MutateAsync<T>(Func<CancellationToken, Task<T>?> call, CancellationToken cancellationToken, [CallerMemberName] string member = "") =>
        OnceAsync(MutateCall(member), call, cancellationToken);

    /// <summary>Calls a member that changes something outside and may copy much.</summary>
    public Task<T> CopyAsync<T>(Func<CancellationToken, Task<T>?> call, CancellationToken cancellationToken, [CallerMemberName] string member = "") =>
        OnceAsync(MutateCall(member) with { Limit = deadlines.Copy, Option = nameof(deadlines.Copy) }, call, cancellationToken);

    /// <summary>Commits to a store: quick as a read, and whether it took effect is not known when it does not answer.</summary>
    public Task<T> CommitAsync<T>(Func<CancellationToken, Task<T>?> call, CancellationToken cancellationToken, [CallerMemberName] string member = "") =>
        OnceAsync(CommitCall(member), call, cancellationToken);

    /// <summary>Commits to a store that may answer null.</summary>
    public Task<T?> CommitOrNullAsync<T>(
        Func<CancellationToken, Task<T?>?> call, CancellationToken cancellationToken, [CallerMemberName] string member = "") =>
        OnceAsync(CommitCall(member), call, cancellationToken, mayBeNull: true);

    /// <summary>Commits to a store that answers nothing.</summary>
    public Task CommitAsync(Func<CancellationToken, Task?> call, CancellationToken cancellationToken, [CallerMemberName] string member = "") =>
        OnceAsync(CommitCall(member), token => WithoutAnswer(call(token)), cancellationToken);

    /// <summary>Ends something of the instance. A failure is thrown; what still ends then is late.</summary>
    public async ValueTask DisposeAsync(IAsyncDisposable ended, string member = "DisposeAsync") =>
        await OnceAsync(DisposeCall(member), _ => WithoutAnswer(ended.DisposeAsync().AsTask()), CancellationToken.None).ConfigureAwait(false);

    /// <summary>Waits for something that was told to end, as long as that may take.</summary>
    public async Task GraceAsync(Task ending)
    {
        if (!ending.IsCompleted) await ending.WaitAsync(deadlines.Cancel, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Ends what a call gave: a stream, a watch. A failure is noted and no more, because what it gave was whole.</summary>
    public async ValueTask EndAsync(IAsyncDisposable ended, string member)
    {
        try
        {
            await DisposeAsync(ended, member).ConfigureAwait(false);
        }
        catch (LimiQuantixException exception)
        {
            GuardLog.EndFailed(logger, exception.Trace(), exception.Reason(), info.Contract.Name, info.Name, info.Kind);
        }
    }

    /// <summary>Opens the instance, or does a part of that.</summary>
    public Task<T> OpenAsync<T>(Func<CancellationToken, Task<T>?> call, string member, CancellationToken cancellationToken) =>
        OnceAsync(
            new GuardedCall(member, deadlines.Open, nameof(deadlines.Open), TimeSpan.Zero, false) { Flows = false }, call, cancellationToken);

    /// <summary>Lists: each item has the deadline of a read.</summary>
    public IAsyncEnumerable<T> List<T>(
        Func<CancellationToken, IAsyncEnumerable<T>?> list, CancellationToken cancellationToken, [CallerMemberName] string member = "") =>
        new GuardedEnumerable<T>(this, list, ReadCall(member), ReadCall(member)).RunAsync(cancellationToken);

    /// <summary>Follows: what begins with an item at once has the deadline of a read until then; afterwards silence is legitimate.</summary>
    public IAsyncEnumerable<T> Watch<T>(
        Func<CancellationToken, IAsyncEnumerable<T>?> watch, bool beginsAtOnce, CancellationToken cancellationToken, [CallerMemberName] string member = "")
    {
        var silent = ReadCall(member) with { Limit = Timeout.InfiniteTimeSpan };
        return new GuardedEnumerable<T>(this, watch, beginsAtOnce ? ReadCall(member) : silent, silent).RunAsync(cancellationToken);
    }

    /// <summary>How a member that only reads is called.</summary>
    public GuardedCall ReadCall(string member) => new(member, deadlines.Read, nameof(deadlines.Read), TimeSpan.Zero, false);

    /// <summary>How something is ended.</summary>
    public GuardedCall DisposeCall(string member) => new(member, deadlines.Dispose, nameof(deadlines.Dispose), TimeSpan.Zero, false);

    /// <summary>Calls with a token of its own.</summary>
    public async Task<T> OnceAsync<T>(
        GuardedCall how, Func<CancellationToken, Task<T>?> call, CancellationToken cancellationToken, bool mayBeNull = false)
    {
        // Not disposed: a late call may still look at its token, and a source without a timer holds nothing.
        var answer = await RunAsync(how, call, new CancellationTokenSource(), cancellationToken).ConfigureAwait(false);
        return answer is null && !mayBeNull ? throw ProviderErrors.Wrong(info, how.Member, "null") : answer;
    }

    /// <summary>Calls with a token that several calls share: it is cancelled when one of them is given up.</summary>
    public async Task<T> RunAsync<T>(
        GuardedCall how, Func<CancellationToken, Task<T>?> call, CancellationTokenSource source, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Volatile.Read(ref _late) is var late and >= MaxThreads && how.Option != nameof(deadlines.Dispose)) throw ProviderErrors.Stuck(info, how, late);
        var scope = how is { IsMutating: true, IsInScope: true } ? ProviderCallScope.Current : null;
        var start = new GuardedCallStart<T>(call, scope, how.Flows, source.Token);
        var running = FinishAsync(start);
        _lane.Post(start.Run);
        await ((Task)running).WaitAsync(how.Limit, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (running.IsCompleted) return await AnswerAsync(how, running, isPast: false, cancellationToken).ConfigureAwait(false);

        var isCancelled = cancellationToken.IsCancellationRequested;
        if (!isCancelled) GuardTelemetry.ProviderCallsPastDeadline.Add(1, Tags(how.Member));
        if (start.TryAbandon()) throw isCancelled ? new OperationCanceledException(cancellationToken) : ProviderErrors.NeverBegan(info, how);
        _cancelLane.Post(() => Cancel(source));
        if (how.Grace > TimeSpan.Zero)
            await ((Task)running).WaitAsync(how.Grace, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (running.IsCompleted) return await AnswerAsync(how, running, isPast: true, cancellationToken).ConfigureAwait(false);

        var given = FollowLateAsync(how, running, isCancelled);
        scope?.AddLate(given);
        throw isCancelled ? new OperationCanceledException(cancellationToken) : ProviderErrors.TimedOut(info, how);
    }

    private static async Task<bool> WithoutAnswer(Task? task)
    {
        // Awaiting null throws what would look like the plugin's own failure.
        if (task is null) throw new NullTaskException();
        await task.ConfigureAwait(false);
        return true;
    }

    private GuardedCall CommitCall(string member) =>
        new(member, deadlines.Read, nameof(deadlines.Read), deadlines.Cancel, true) { IsInScope = false };

    private GuardedCall MutateCall(string member) => new(member, deadlines.Mutate, nameof(deadlines.Mutate), deadlines.Cancel, true);

    private static async Task<T> FinishAsync<T>(GuardedCallStart<T> start)
    {
        var task = await start.Returned.ConfigureAwait(false) ?? throw new NullTaskException();
        return await task.ConfigureAwait(false);
    }

    private async Task<T> AnswerAsync<T>(GuardedCall how, Task<T> running, bool isPast, CancellationToken cancellationToken)
    {
        try
        {
            return await running.ConfigureAwait(false);
        }
        catch (LimiQuantixException)
        {
            throw;
        }
        catch (Exception exception) when (cancellationToken.IsCancellationRequested && (isPast || exception is OperationCanceledException))
        {
            throw new OperationCanceledException(new OperationCanceledException().Message, exception, cancellationToken);
        }
        catch (OperationCanceledException) when (isPast)
        {
            throw ProviderErrors.TimedOut(info, how);
        }
        catch (NullTaskException)
        {
            throw ProviderErrors.Wrong(info, how.Member, "null instead of a task");
        }
        catch (Exception exception)
        {
            throw ProviderErrors.Failed(info, how.Member, exception);
        }
    }

    private async Task FollowLateAsync<T>(GuardedCall how, Task<T> running, bool isCancelled)
    {
        var begin = time.GetTimestamp();
        var opening = how.Option == nameof(deadlines.Open) ? 1 : 0;
        Interlocked.Increment(ref _late);
        _lateMembers.AddOrUpdate(how.Member, 1, static (_, count) => count + 1);
        Interlocked.Add(ref _lateOpenings, opening);
        GuardTelemetry.ProviderCallsLate.Add(1, Tags(how.Member));
        // To come back a moment after it was cancelled is what a call should do: nothing to tell.
        if (isCancelled) await ((Task)running).WaitAsync(deadlines.Cancel, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var isTold = !running.IsCompleted;
        if (isTold) GuardLog.Late(logger, info.Contract.Name, info.Name, info.Kind, how.Member, how.Limit);
        try
        {
            var result = await running.ConfigureAwait(false);
            if (LateResult.Owned(result) is { } owned) await EndAsync(owned, $"DisposeAsync of what {how.Member} gave late").ConfigureAwait(false);
            if (isTold) GuardLog.Returned(logger, null, info.Contract.Name, info.Name, info.Kind, how.Member, time.GetElapsedTime(begin));
        }
        catch (Exception exception)
        {
            // How it ends once it was given up is its own affair, unless it never heard of that.
            if (isTold) GuardLog.Returned(logger, exception is OperationCanceledException ? null : exception, info.Contract.Name, info.Name, info.Kind, how.Member, time.GetElapsedTime(begin));
        }
        finally
        {
            Interlocked.Decrement(ref _late);
            _lateMembers.AddOrUpdate(how.Member, 0, static (_, count) => count - 1);
            Interlocked.Add(ref _lateOpenings, -opening);
            GuardTelemetry.ProviderCallsLate.Add(-1, Tags(how.Member));
        }
    }

    private void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (AggregateException exception)
        {
            GuardLog.CallbackFailed(logger, exception.Trace(), exception.Reason(), info.Contract.Name, info.Name, info.Kind);
        }
    }

    private KeyValuePair<string, object?>[] Tags(string member) =>
        [new("contract", info.Contract.Name), new("instance", info.Name), new("kind", info.Kind), new("member", member)];

    /// <summary>A member gave null where a task was due.</summary>
    private sealed class NullTaskException : Exception;
}
