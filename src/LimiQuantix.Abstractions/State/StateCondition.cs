namespace LimiQuantix.State;

/// <summary>Something that must hold for a transaction.</summary>
public sealed record StateCondition
{
    /// <summary>The key.</summary>
    public required string Key { get; init; }

    /// <summary>The version that the entry must have; 0: there must be none.</summary>
    public required long ExpectedVersion { get; init; }
}
