using System.Text;
using System.Text.RegularExpressions;
using LimiQuantix.Images;

namespace LimiQuantix.Core.Images.Catalog;

/// <summary>
/// Reads publishers' checksum files: GNU (<c>HEX  NAME</c>, <c>HEX *NAME</c>), BSD (<c>SHA256 (NAME) = HEX</c>), <c>openssl dgst</c>
/// (<c>SHA2-256(NAME)= HEX</c>) or a bare digest, in UTF-8 or, with a byte order mark, UTF-16. SHA-256 and SHA-512 count; anything else in
/// the file does not.
/// </summary>
internal static partial class ChecksumFile
{
    public const int MaximumBytes = 1 << 20;
    private const int MaximumLine = 1024;

    /// <summary>The text of a file; a byte order mark tells its encoding and is no part of it.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        foreach (var encoding in (Encoding[])[Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode])
        {
            if (bytes.StartsWith(encoding.Preamble)) return encoding.GetString(bytes[encoding.Preamble.Length..]);
        }

        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Finds a file's digest; SHA-256 before SHA-512, as the library needs that one anyway.</summary>
    /// <param name="text">The checksum file.</param>
    /// <param name="fileName">The image's file name.</param>
    /// <param name="isSidecar">Whether the checksum file is for this image alone: a single digest in it then counts whatever name it has.</param>
    /// <param name="problem">Why there is none, to be read after "it".</param>
    /// <returns>The digest; null when there is none, or when there are two different ones.</returns>
    public static ImageDigest? Find(string text, string fileName, bool isSidecar, out string? problem)
    {
        HashSet<ImageDigest> named = [];
        HashSet<ImageDigest> all = [];
        string? weak = null;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan(range).Trim();
            // What follows is the signature of a clearsigned file.
            if (line.StartsWith("-----BEGIN PGP SIGNATURE")) break;
            if (line.Length is 0 or > MaximumLine || !TryRead(line.ToString(), out var hex, out var name)) continue;
            var isNamed = name is not null && FileNameOf(name) == fileName;
            if (!ImageDigest.TryParse(hex, out var digest))
            {
                if (isNamed || isSidecar) weak ??= hex.Length switch { 32 => "MD5", 40 => "SHA-1", 56 => "SHA-224", 96 => "SHA-384", _ => null };
                continue;
            }

            all.Add(digest);
            if (isNamed) named.Add(digest);
        }

        var found = named.Count > 0 ? named : isSidecar ? all : [];
        var digestFound = Single(found, "sha256") ?? (found.Any(digest => digest.Algorithm == "sha256") ? null : Single(found, "sha512"));
        problem = digestFound is not null ? null
            : found.Count > 0 ? "has different digests of it"
            : weak is not null ? $"has only an {weak} of it"
            : all.Count > 0 ? "names other files only"
            : text.AsSpan().Trim().Length == 0 ? "is empty"
            : "has none";
        return digestFound;
    }

    private static ImageDigest? Single(HashSet<ImageDigest> digests, string algorithm)
    {
        var ofAlgorithm = digests.Where(digest => digest.Algorithm == algorithm).ToList();
        return ofAlgorithm.Count == 1 ? ofAlgorithm[0] : null;
    }

    private static bool TryRead(string line, out string hex, out string? name)
    {
        var match = Tagged().Match(line);
        if (match.Success)
        {
            (hex, name) = (match.Groups["hex"].Value, match.Groups["name"].Value);
            // An algorithm that does not have so many digits is another one of that name.
            return match.Groups["bits"].Value == (hex.Length * 4).ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        match = Plain().Match(line);
        hex = match.Groups["hex"].Value;
        name = match.Groups["name"] is { Success: true } group ? group.Value : null;
        // GNU's programs write names with a backslash or line feed escaped, and say so by a backslash before the digest.
        if (name is not null && line[0] == '\\') name = name.Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);
        return match.Success;
    }

    private static string FileNameOf(string name) => name[(name.AsSpan().LastIndexOfAny('/', '\\') + 1)..];

    [GeneratedRegex("""\ASHA(?:2-)?(?<bits>256|512) ?\((?<name>.+)\) ?= ?(?<hex>[0-9A-Fa-f]{64,128})\z""", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Tagged();

    [GeneratedRegex("""\A\\?(?<hex>[0-9A-Fa-f]{32,128})(?:[ \t]+\*?(?<name>\S.*))?\z""", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Plain();
}
