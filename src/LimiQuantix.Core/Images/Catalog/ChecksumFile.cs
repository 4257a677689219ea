using System.Text.RegularExpressions;
using LimiQuantix.Images;

namespace LimiQuantix.Core.Images.Catalog;

/// <summary>
/// Reads publishers' checksum files: GNU (<c>HEX  NAME</c>, <c>HEX *NAME</c>), BSD (<c>SHA256 (NAME) = HEX</c>) or a bare digest.
/// SHA-256 and SHA-512 count; anything else in the file does not.
/// </summary>
internal static partial class ChecksumFile
{
    public const int MaximumBytes = 1 << 20;
    private const int MaximumLine = 1024;

    /// <summary>Finds a file's digest; SHA-256 before SHA-512, as the library needs that one anyway.</summary>
    /// <param name="text">The checksum file.</param>
    /// <param name="fileName">The image's file name.</param>
    /// <param name="isSidecar">Whether the checksum file is for this image alone: a single digest in it then counts whatever name it has.</param>
    /// <returns>The digest; null when there is none, or when there are two different ones.</returns>
    public static ImageDigest? Find(string text, string fileName, bool isSidecar)
    {
        HashSet<ImageDigest> named = [];
        HashSet<ImageDigest> all = [];
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan(range).Trim();
            // What follows is the signature of a clearsigned file.
            if (line.StartsWith("-----BEGIN PGP SIGNATURE")) break;
            if (line.Length is 0 or > MaximumLine || !TryRead(line.ToString(), out var digest, out var name)) continue;
            all.Add(digest);
            if (name is not null && Path.GetFileName(name) == fileName) named.Add(digest);
        }

        var found = named.Count > 0 ? named : isSidecar ? all : [];
        return Single(found, "sha256") ?? (found.Any(digest => digest.Algorithm == "sha256") ? null : Single(found, "sha512"));
    }

    private static ImageDigest? Single(HashSet<ImageDigest> digests, string algorithm)
    {
        var ofAlgorithm = digests.Where(digest => digest.Algorithm == algorithm).ToList();
        return ofAlgorithm.Count == 1 ? ofAlgorithm[0] : null;
    }

    private static bool TryRead(string line, out ImageDigest digest, out string? name)
    {
        var match = Bsd().Match(line) is { Success: true } bsd ? bsd : Gnu().Match(line);
        name = match.Groups["name"] is { Success: true } group ? group.Value : null;
        digest = null!;
        return match.Success && ImageDigest.TryParse(match.Groups["hex"].Value, out digest!);
    }

    [GeneratedRegex("""\ASHA(?:256|512) \((?<name>[^)]+)\) = (?<hex>[0-9A-Fa-f]{64,128})\z""", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Bsd();

    [GeneratedRegex("""\A(?<hex>[0-9A-Fa-f]{64,128})(?: [ *]?(?<name>\S.*))?\z""", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Gnu();
}
