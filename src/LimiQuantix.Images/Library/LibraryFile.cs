namespace LimiQuantix.Images.Library;

/// <summary>A file of the library, by its name: <c>HEX.FORMAT</c>, or <c>HEX.FORMAT.ID.deleting</c> when it is set aside.</summary>
internal sealed record LibraryFile(string Path, ImageDigest Digest, Guid? SetAsideId)
{
    private const string AsideSuffix = ".deleting";

    /// <summary>What a path of the library's folder is; null for what is not the library's.</summary>
    public static LibraryFile? Of(string path)
    {
        var parts = System.IO.Path.GetFileName(path).Split('.');
        if (!ImageDigest.TryParse("sha256:" + parts[0], out var digest)) return null;
        return parts switch
        {
            [_, "raw" or "qcow2"] => new LibraryFile(path, digest, null),
            // As an earlier version did: without a name.
            [_, "raw" or "qcow2", "deleting"] => new LibraryFile(path, digest, Guid.Empty),
            [_, "raw" or "qcow2", var id, "deleting"] when Guid.TryParseExact(id, "N", out var aside) => new LibraryFile(path, digest, aside),
            _ => null,
        };
    }

    /// <summary>Where a file is while it is set aside under a name.</summary>
    public static string Aside(string path, Guid id) => id == Guid.Empty ? path + AsideSuffix : $"{path}.{id:N}{AsideSuffix}";
}
