namespace LimiQuantix.Images;

/// <summary>An image that is whole, verified and inspected, but not in the library yet.</summary>
internal sealed record PreparedImage(string Path, StoredImage Image);
