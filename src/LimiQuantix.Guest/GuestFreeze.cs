namespace LimiQuantix.Guest;

/// <summary>What a freeze, a look at it, or a thaw says.</summary>
public sealed record GuestFreeze
{
    /// <summary>Whether file systems are frozen now.</summary>
    public required bool IsFrozen { get; init; }

    /// <summary>The mounts that were frozen.</summary>
    public IReadOnlyList<string> Mounts { get; init; } = [];

    /// <summary>The mounts that were passed over, and why.</summary>
    public IReadOnlyList<string> Skipped { get; init; } = [];

    /// <summary>How long they are or were frozen, by the guest's clock.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>
    /// Whether the agent thawed by itself, because nobody did in time, or because it was restarted: what was copied meanwhile is only as consistent as after a crash.
    /// </summary>
    public bool ThawedItself { get; init; }

    /// <summary>What the guest's hooks said went wrong at the thaw.</summary>
    public IReadOnlyList<string> HookErrors { get; init; } = [];
}
