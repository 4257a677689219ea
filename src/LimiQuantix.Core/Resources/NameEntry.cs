namespace LimiQuantix.Core.Resources;

/// <summary>What makes a name unique in its project and kind.</summary>
internal sealed record NameEntry
{
    /// <summary>Whose name it is.</summary>
    public required Guid Id { get; init; }
}
