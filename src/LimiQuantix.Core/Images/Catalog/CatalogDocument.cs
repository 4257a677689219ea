using LimiQuantix.Images;

namespace LimiQuantix.Core.Images.Catalog;

/// <summary>A catalogue file: <c>{"entries": [ … ]}</c> with the members of <see cref="ImageCatalogEntry"/>.</summary>
internal sealed record CatalogDocument
{
    public required IReadOnlyList<ImageCatalogEntry> Entries { get; init; }
}
