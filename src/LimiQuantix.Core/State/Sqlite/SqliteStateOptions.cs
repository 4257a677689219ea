namespace LimiQuantix.Core.State.Sqlite;

/// <summary>Where the state file is and how it is kept.</summary>
internal sealed record SqliteStateOptions
{
    /// <summary>The file's path. The file and its folder are made when absent, for this user alone.</summary>
    public required string Path { get; init; }

    /// <summary>How long a write waits for other processes' writes. 30 seconds by default.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a watch looks for other processes' changes. Every 100 milliseconds by default.</summary>
    public TimeSpan WatchInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How many revisions a watch can look back. 10,000 by default.</summary>
    public int KeptRevisions { get; init; } = 10_000;

    /// <summary>How many bytes of former values are kept for watches. 64 MiB by default.</summary>
    public long KeptBytes { get; init; } = 64L << 20;
}
