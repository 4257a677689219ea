namespace LimiQuantix.Operations;

/// <summary>A long-running job as it is stored: it outlives the call, the process and a crash.</summary>
public sealed record Operation
{
    /// <summary>The operation's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The project it works in.</summary>
    public required string Project { get; init; }

    /// <summary>What it does, such as <c>machines.create</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The resource it works on.</summary>
    public required Guid ResourceId { get; init; }

    /// <summary>
    /// Every resource that nothing else works on while it runs, <see cref="ResourceId"/> first; empty when that is the only one.
    /// </summary>
    public IReadOnlyList<Guid> LockedIds { get; init; } = [];

    /// <summary>Where it stands.</summary>
    public required OperationPhase Phase { get; init; }

    /// <summary>The last progress that was stored.</summary>
    public OperationProgress? Progress { get; init; }

    /// <summary>Why it failed or was cancelled.</summary>
    public LimiQuantixError? Error { get; init; }

    /// <summary>The caller's key: the same key and request give the same operation.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Who asked for it.</summary>
    public string? CallerName { get; init; }

    /// <summary>When it was stored.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How often an engine began it: more than once after a crash or a takeover.</summary>
    public int Attempts { get; init; }

    /// <summary>Grows with every stored change.</summary>
    public long Version { get; init; }
}
