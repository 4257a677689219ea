using LimiQuantix.Core.Resources;
using LimiQuantix.Images;
using LimiQuantix.Nodes;

namespace LimiQuantix.Core.Tests.Resources;

/// <summary>A resource with one member of every shape.</summary>
internal sealed record Widget : ResourceDocument
{
    public DiskFormat Format { get; init; }

    public DiskFormat? OldFormat { get; init; }

    public NodeId? Node { get; init; }

    public ImageDigest? Digest { get; init; }

    public TimeSpan Lifetime { get; init; }

    public DateTimeOffset MadeAt { get; init; }

    public WidgetPart? Main { get; init; }

    public IReadOnlyList<WidgetPart> Parts { get; init; } = [];

    public IReadOnlyDictionary<string, WidgetPart> ByPlace { get; init; } = new Dictionary<string, WidgetPart>();
}
