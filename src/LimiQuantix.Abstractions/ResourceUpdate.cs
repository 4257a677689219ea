namespace LimiQuantix;

/// <summary>What to change of a resource; what is not set stays. Nouns with more to change have a record of their own.</summary>
public record ResourceUpdate
{
    /// <summary>The new name; <see langword="null"/> keeps it. What is named by the installation itself (nodes, pools, built-in networks) keeps its name.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// Labels to set, and with <see langword="null"/> as the value to remove; every other one stays, so that callers who change different labels
    /// at once lose nothing.
    /// </summary>
    public IReadOnlyDictionary<string, string?> Labels { get; init; } = new Dictionary<string, string?>();

    /// <summary>Who sees it; <see langword="null"/> keeps that.</summary>
    public ResourceSharing? Sharing { get; init; }
}

/// <summary>What a creation or an update would do. Nothing was changed.</summary>
public sealed record ResourcePlan
{
    /// <summary>Whether it would be accepted now.</summary>
    public bool IsPossible => Error is null;

    /// <summary>What would change, each member once; empty when nothing would, and for a creation.</summary>
    public IReadOnlyList<PlannedChange> Changes { get; init; } = [];

    /// <summary>The error that the call would give; its problems say where.</summary>
    public LimiQuantixError? Error { get; init; }

    /// <summary>What would be accepted and is probably not meant, such as a key of user-data that cloud-init does not know.</summary>
    public IReadOnlyList<LimiQuantixProblem> Warnings { get; init; } = [];
}

/// <summary>One member that would change.</summary>
public sealed record PlannedChange
{
    /// <summary>The member: a JSON pointer (RFC 6901) into the resource as JSON, such as <c>/labels/team</c>.</summary>
    public required string Pointer { get; init; }

    /// <summary>How.</summary>
    public required ChangeEffect Effect { get; init; }

    /// <summary>Why it cannot be done, or cannot be done so; a sentence.</summary>
    public string? Reason { get; init; }
}

/// <summary>What a change of a member takes.</summary>
public enum ChangeEffect
{
    /// <summary>A value of a newer contract.</summary>
    Unknown = 0,

    /// <summary>Done at once, whatever runs.</summary>
    InPlace = 1,

    /// <summary>Stored at once; takes effect when the power is off.</summary>
    NeedsPowerOff = 2,

    /// <summary>Only a new resource can have it.</summary>
    NeedsReplacement = 3,

    /// <summary>Cannot be done.</summary>
    Impossible = 4,
}
