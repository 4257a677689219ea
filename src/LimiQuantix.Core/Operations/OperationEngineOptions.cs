namespace LimiQuantix.Core.Operations;

/// <summary>How the engine runs operations.</summary>
internal sealed record OperationEngineOptions
{
    /// <summary>
    /// How many operations of one kind run at once, 1 to 1000, so that many downloads do not hold up a machine's start. 8 by default.
    /// </summary>
    public int MaxParallelPerKind { get; init; } = 8;

    /// <summary>
    /// How long the engine's lease lasts unless renewed, 2 seconds to 10 minutes: after a crash another engine waits so long.
    /// 15 seconds by default.
    /// </summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long an ended operation is kept. 30 days by default.</summary>
    public TimeSpan RetainEnded { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How many ended operations are kept at most. 10,000 by default.</summary>
    public int MaxEnded { get; init; } = 10_000;

    /// <summary>How often an operation's progress is stored at most. Every half second by default.</summary>
    public TimeSpan ProgressInterval { get; init; } = TimeSpan.FromMilliseconds(500);
}
