namespace LimiQuantix.State;

/// <summary>One change, as a watch tells it.</summary>
public sealed record StateChange
{
    /// <summary>The key.</summary>
    public required string Key { get; init; }

    /// <summary>The change's revision: the version of the entry after it.</summary>
    public required long Revision { get; init; }

    /// <summary>For a watch that goes on after this change. Opaque, and of the era that it was told in.</summary>
    public required string Cursor { get; init; }

    /// <summary>The entry after the change; <see langword="null"/> when it was deleted.</summary>
    public StateEntry? Entry { get; init; }
}
