using System.Diagnostics.CodeAnalysis;
using LimiQuantix.Images;

namespace LimiQuantix.Storage.Directory;

/// <summary>
/// The names of the pool's files. They say whose and what a file is, so that no registry is needed:
/// <c>base-sha256-HEX.qcow2</c> or <c>.raw</c>; <c>VOLUME.qcow2</c>; and <c>VOLUME.copy-sha256-HEX.qcow2</c> for a full copy.
/// </summary>
internal static class PoolName
{
    private const string BasePrefix = "base-";
    private const string CopyInfix = ".copy-";
    private const string Qcow2 = ".qcow2";
    private const string Raw = ".raw";

    public static string Base(ImageDigest digest, DiskFormat format) =>
        $"{BasePrefix}{digest.Algorithm}-{digest.Hex}{(format == DiskFormat.Raw ? Raw : Qcow2)}";

    public static string Volume(Guid volumeId, ImageDigest? copied) =>
        copied is null ? $"{volumeId:D}{Qcow2}" : $"{volumeId:D}{CopyInfix}{copied.Algorithm}-{copied.Hex}{Qcow2}";

    public static bool TryParseBase(string name, [NotNullWhen(true)] out ImageDigest? digest, out DiskFormat format)
    {
        digest = null;
        format = name.EndsWith(Qcow2, StringComparison.Ordinal) ? DiskFormat.Qcow2
            : name.EndsWith(Raw, StringComparison.Ordinal) ? DiskFormat.Raw
            : DiskFormat.Unknown;
        return format != DiskFormat.Unknown
            && name.StartsWith(BasePrefix, StringComparison.Ordinal)
            && TryParseDigest(name[BasePrefix.Length..name.LastIndexOf('.')], out digest);
    }

    public static bool TryParseVolume(string name, out Guid volumeId, out ImageDigest? copied)
    {
        copied = null;
        volumeId = Guid.Empty;
        if (!name.EndsWith(Qcow2, StringComparison.Ordinal))
            return false;
        string stem = name[..^Qcow2.Length];
        int infix = stem.IndexOf(CopyInfix, StringComparison.Ordinal);
        if (infix >= 0 && !TryParseDigest(stem[(infix + CopyInfix.Length)..], out copied))
            return false;
        return Guid.TryParseExact(infix < 0 ? stem : stem[..infix], "D", out volumeId);
    }

    private static bool TryParseDigest(string text, [NotNullWhen(true)] out ImageDigest? digest)
    {
        int dash = text.IndexOf('-', StringComparison.Ordinal);
        digest = null;
        return dash > 0 && ImageDigest.TryParse($"{text[..dash]}:{text[(dash + 1)..]}", out digest);
    }
}
