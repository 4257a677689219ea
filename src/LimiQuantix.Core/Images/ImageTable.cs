using LimiQuantix.Core.Resources;
using LimiQuantix.State;

namespace LimiQuantix.Core.Images;

/// <summary>The table of images and what they are found by.</summary>
internal static class ImageTable
{
    public const string SourceIndex = "source";
    public const string DigestIndex = "digest";

    public static ResourceTable<ImageDocument> Create(IStateStore store, UnreadableDocuments? unreadable = null) =>
        new(store, "images", Indexes, unreadable);

    private static IEnumerable<KeyValuePair<string, string>> Indexes(ImageDocument image)
    {
        yield return new(SourceIndex, image.SourceKey);
        if (image.Digest is { } digest) yield return new(DigestIndex, digest.Hex);
    }
}
