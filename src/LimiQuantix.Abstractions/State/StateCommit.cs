namespace LimiQuantix.State;

/// <summary>How a transaction ended.</summary>
public sealed record StateCommit
{
    /// <summary>Whether the changes were made.</summary>
    public required bool IsCommitted { get; init; }

    /// <summary>The revision of the changes, or the store's when none was made. Every changed entry has it as its version.</summary>
    public required long Revision { get; init; }

    /// <summary>The key whose condition did not hold.</summary>
    public string? FailedKey { get; init; }

    /// <summary>Whether the fence did not hold: another engine has the lease.</summary>
    public bool IsFenced { get; init; }
}
