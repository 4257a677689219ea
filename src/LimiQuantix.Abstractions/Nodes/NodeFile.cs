namespace LimiQuantix.Nodes;

/// <summary>A file of a node.</summary>
public sealed record NodeFile
{
    /// <summary>The node whose file it is.</summary>
    public required NodeId NodeId { get; init; }

    /// <summary>The absolute path on that node.</summary>
    public required string Path { get; init; }
}
