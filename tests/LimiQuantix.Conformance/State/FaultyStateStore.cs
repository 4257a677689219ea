using System.Collections.Concurrent;
using LimiQuantix.State;

namespace LimiQuantix.Conformance.State;

/// <summary>What goes wrong with a call.</summary>
public enum StateFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It fails, and nothing was done.</summary>
    FailBefore,

    /// <summary>It is done, and the answer is lost: its outcome is unknown to the caller.</summary>
    FailAfter,

    /// <summary>It is not done and never answers: until the caller's token ends.</summary>
    Hang,

    /// <summary>It is done and never answers: until the caller's token ends.</summary>
    HangAfter,
}

/// <summary>
/// A store behind another that fails as a script says, call by call and always in the same way. What the script does not name goes through.
/// </summary>
/// <param name="inner">The store; this one owns it.</param>
public sealed class FaultyStateStore(IStateStore inner) : IStateStore
{
    private readonly ConcurrentQueue<StateFault> _commits = new();
    private readonly ConcurrentQueue<StateFault> _leases = new();
    private int _asked;

    /// <summary>How many commits were asked for.</summary>
    public int CommitsAsked => Volatile.Read(ref _asked);

    /// <summary>While set, decides over every commit that the script says nothing about.</summary>
    public Func<StateTransaction, StateFault>? OnCommit { get; set; }

    /// <summary>While set, called when a page has been read, before it is given.</summary>
    public Func<Task>? AfterList { get; set; }

    /// <summary>While set, every read fails as if the store did not answer.</summary>
    public bool ReadsFail { get; set; }

    /// <summary>Says what goes wrong with the next commits, in order.</summary>
    public FaultyStateStore NextCommits(params ReadOnlySpan<StateFault> faults)
    {
        foreach (var fault in faults) _commits.Enqueue(fault);
        return this;
    }

    /// <summary>Says what goes wrong with the next calls for a lease, in order.</summary>
    public FaultyStateStore NextLeases(params ReadOnlySpan<StateFault> faults)
    {
        foreach (var fault in faults) _leases.Enqueue(fault);
        return this;
    }

    /// <inheritdoc/>
    public T? GetCapability<T>() where T : class => inner.GetCapability<T>();

    /// <inheritdoc/>
    public Task<ProviderHealth> CheckHealthAsync(CheckHealthRequest request, CancellationToken cancellationToken = default) => inner.CheckHealthAsync(request, cancellationToken);

    /// <inheritdoc/>
    public Task<StateEntry?> GetAsync(string key, CancellationToken cancellationToken = default) =>
        ReadsFail ? Task.FromException<StateEntry?>(NoAnswer()) : inner.GetAsync(key, cancellationToken);

    /// <inheritdoc/>
    public async Task<StatePage> ListAsync(StateQuery query, CancellationToken cancellationToken = default)
    {
        if (ReadsFail) throw NoAnswer();
        var page = await inner.ListAsync(query, cancellationToken);
        if (AfterList is { } after) await after();
        return page;
    }

    /// <inheritdoc/>
    public Task<StateCommit> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        Interlocked.Increment(ref _asked);
        var fault = _commits.TryDequeue(out var scripted) ? scripted : OnCommit?.Invoke(transaction) ?? StateFault.None;
        return WithAsync(fault, () => inner.CommitAsync(transaction, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<StateChange> WatchAsync(string prefix, string? after = null, CancellationToken cancellationToken = default) =>
        inner.WatchAsync(prefix, after, cancellationToken);

    /// <inheritdoc/>
    public Task<StateLease?> AcquireLeaseAsync(
        string name, string holder, TimeSpan duration, CancellationToken cancellationToken = default) =>
        WithAsync(
            _leases.TryDequeue(out var fault) ? fault : StateFault.None,
            () => inner.AcquireLeaseAsync(name, holder, duration, cancellationToken),
            cancellationToken);

    /// <inheritdoc/>
    public Task ReleaseLeaseAsync(StateLease lease, CancellationToken cancellationToken = default) => inner.ReleaseLeaseAsync(lease, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> ForgetOutcomesAsync(DateTimeOffset before, StateLease fence, CancellationToken cancellationToken = default) =>
        inner.ForgetOutcomesAsync(before, fence, cancellationToken);

    /// <inheritdoc/>
    public Task<long> RaiseEraAsync(long above = 0, CancellationToken cancellationToken = default) => inner.RaiseEraAsync(above, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private static async Task<T> WithAsync<T>(StateFault fault, Func<Task<T>> call, CancellationToken cancellationToken)
    {
        if (fault == StateFault.FailBefore) throw NoAnswer();
        if (fault == StateFault.Hang) await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        var result = await call();
        if (fault == StateFault.FailAfter) throw NoAnswer();
        if (fault == StateFault.HangAfter) await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        return result;
    }

    private static LimiQuantixException NoAnswer() =>
        new(ErrorCodes.Unavailable, "The state does not answer.", "Ask again.", isTransient: true);
}
