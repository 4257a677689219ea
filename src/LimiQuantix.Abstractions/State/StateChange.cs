namespace LimiQuantix.State;

/// <summary>One change, as a watch tells it.</summary>
public sealed record StateChange
{
    /// <summary>The key.</summary>
    public required string Key { get; init; }

    /// <summary>The change's revision.</summary>
    public required long Revision { get; init; }

    /// <summary>The entry after the change; <see langword="null"/> when it was deleted.</summary>
    public StateEntry? Entry { get; init; }
}
