namespace LimiQuantix.Core.Tests.Resources;

/// <summary>A part that a list finds again by its name.</summary>
internal sealed record WidgetPart
{
    public required string Name { get; init; }

    public int Size { get; init; }
}
