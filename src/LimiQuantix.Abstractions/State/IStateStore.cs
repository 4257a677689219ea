namespace LimiQuantix.State;

/// <summary>
/// Resources at rest. Keys are paths of lower-case segments (<c>machines/…</c>), at most 512 characters. A transaction has at most 100
/// conditions and 100 changes, touches at most 1,024 index pairs (those that the changed entries had and those that they get) and has at
/// most 1 MiB in all, keys and pairs counted. Fits SQLite, PostgreSQL and etcd.
/// </summary>
public interface IStateStore : IProvider
{
    /// <summary>Gives one entry, or <see langword="null"/>.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<StateEntry?> GetAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Gives a page of entries in the order of their keys (ordinal, ascending; a descending list has inverted keys).</summary>
    /// <param name="query">Which ones.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.Conflict"/>: the continuation is of another era; begin again.
    /// </exception>
    Task<StatePage> ListAsync(StateQuery query, CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes all changes when the fence and all conditions hold, otherwise none. A transaction whose <see cref="StateTransaction.Id"/>
    /// was committed before is not made again: it gives the first outcome. So a caller that got no answer asks again with the same id.
    /// </summary>
    /// <param name="transaction">Id, conditions and changes.</param>
    /// <param name="cancellationToken">Ends the call; the transaction is then made whole or not at all.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.InvalidArgument"/>: over a bound. <see cref="ErrorCodes.Unknown"/>: the id is older than the outcomes that
    /// are kept; nothing was done now. <see cref="ErrorCodes.Unavailable"/>, <see cref="ErrorCodes.Timeout"/>: no answer; whether it was
    /// made is not known until the same id is asked for again.
    /// </exception>
    Task<StateCommit> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken = default);

    /// <summary>
    /// Follows the changes below a prefix in the order of their revisions, each once. Begins after a cursor, so that a list and a watch
    /// from its cursor miss nothing.
    /// </summary>
    /// <param name="prefix">The keys' beginning.</param>
    /// <param name="after">
    /// A page's or a change's cursor, to begin after; <see langword="null"/> for now.
    /// </param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.Conflict"/>: the cursor is too old, or of another era; list again.
    /// </exception>
    IAsyncEnumerable<StateChange> WatchAsync(string prefix, string? after = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes a lease, or renews it when the same holder has it. No wall clock is compared: another holder's lease is taken only when it
    /// was seen unchanged (not renewed) for its whole duration by this process's monotonic clock, so a contender asks again and again.
    /// </summary>
    /// <param name="name">The lease's name.</param>
    /// <param name="holder">Who wants it, unique per process.</param>
    /// <param name="duration">Within which time it will be renewed, at most a day; stored, for those who contend.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The lease, or <see langword="null"/> while another holder has it.</returns>
    Task<StateLease?> AcquireLeaseAsync(string name, string holder, TimeSpan duration, CancellationToken cancellationToken = default);

    /// <summary>Gives a lease back. Does nothing when the holder does not have it.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task ReleaseLeaseAsync(StateLease lease, CancellationToken cancellationToken = default);

    /// <summary>
    /// Forgets the outcomes of transactions whose ids are older than a time. What is younger than 24 hours before the newest kept id
    /// stays, whatever time is given. From then on a transaction with such an old id is <see cref="ErrorCodes.Unknown"/>.
    /// </summary>
    /// <param name="before">The time.</param>
    /// <param name="fence">The lease of the one who does that: the leader.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Whether the lease is still held; otherwise nothing was forgotten.</returns>
    Task<bool> ForgetOutcomesAsync(DateTimeOffset before, StateLease fence, CancellationToken cancellationToken = default);

    /// <summary>
    /// Begins a new era: what was restored from a backup, copied or promoted may have lost changes that others have seen. Every cursor
    /// and lease of former eras is void, and no version is given out a second time.
    /// </summary>
    /// <param name="above">The highest era that anything outside the store has seen; 0 when nothing has.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The new era: one higher than the store's and than <paramref name="above"/>.</returns>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>: over a million.</exception>
    Task<long> RaiseEraAsync(long above = 0, CancellationToken cancellationToken = default);
}
