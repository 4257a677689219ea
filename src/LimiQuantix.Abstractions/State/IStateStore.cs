namespace LimiQuantix.State;

/// <summary>
/// Resources at rest. Keys are paths of lower-case segments (<c>machines/…</c>); values are at most 1 MiB; a transaction has at most
/// 64 conditions and changes. Fits SQLite, PostgreSQL and etcd.
/// </summary>
public interface IStateStore : IProvider
{
    /// <summary>Gives one entry, or <see langword="null"/>.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<StateEntry?> GetAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Gives a page of entries in the order of their keys (ordinal).</summary>
    /// <param name="query">Which ones.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<StatePage> ListAsync(StateQuery query, CancellationToken cancellationToken = default);

    /// <summary>Makes all changes when all conditions hold, otherwise none.</summary>
    /// <param name="transaction">Conditions and changes.</param>
    /// <param name="cancellationToken">Ends the call; the transaction is then made whole or not at all.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>: over a bound.</exception>
    Task<StateCommit> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken = default);

    /// <summary>
    /// Follows the changes below a prefix in the order of their revisions, each once. Begins after a revision, so that a list and
    /// a watch from its revision miss nothing.
    /// </summary>
    /// <param name="prefix">The keys' beginning.</param>
    /// <param name="afterRevision">The revision to begin after; <see langword="null"/> for now.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.Conflict"/>: the revision is too old; list again.</exception>
    IAsyncEnumerable<StateChange> WatchAsync(string prefix, long? afterRevision = null, CancellationToken cancellationToken = default);

    /// <summary>Takes a lease, or renews it when the same holder has it.</summary>
    /// <param name="name">The lease's name.</param>
    /// <param name="holder">Who wants it, unique per process.</param>
    /// <param name="duration">How long it lasts unless renewed.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The lease, or <see langword="null"/> while another holder has it.</returns>
    Task<StateLease?> AcquireLeaseAsync(string name, string holder, TimeSpan duration, CancellationToken cancellationToken = default);

    /// <summary>Gives a lease back. Does nothing when the holder does not have it.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task ReleaseLeaseAsync(StateLease lease, CancellationToken cancellationToken = default);
}
