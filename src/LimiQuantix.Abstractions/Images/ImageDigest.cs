using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace LimiQuantix.Images;

/// <summary>A digest of an image file's bytes, written <c>sha256:HEX</c> or <c>sha512:HEX</c>.</summary>
public sealed record ImageDigest
{
    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    /// <summary>Creates a digest.</summary>
    /// <param name="algorithm"><c>sha256</c> or <c>sha512</c>.</param>
    /// <param name="hex">The digest in lower-case hexadecimal: 64 or 128 digits.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>: not such a digest.</exception>
    public ImageDigest(string algorithm, string hex)
    {
        var length = algorithm switch { "sha256" => 64, "sha512" => 128, _ => 0 };
        if (length == 0 || hex is null || hex.Length != length || hex.AsSpan().ContainsAnyExcept(LowerHex))
        {
            throw new LimiQuantixException(
                ErrorCodes.InvalidArgument, $"'{algorithm}:{hex}' is not an image digest.", "Write sha256: and 64 or sha512: and 128 hexadecimal digits.");
        }

        Algorithm = algorithm;
        Hex = hex;
    }

    /// <summary><c>sha256</c> or <c>sha512</c>.</summary>
    public string Algorithm { get; }

    /// <summary>The digest in lower-case hexadecimal.</summary>
    public string Hex { get; }

    /// <summary>Reads <c>sha256:HEX</c>, <c>sha512:HEX</c>, or a bare hexadecimal digest of either length; upper case is accepted.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>: not such a digest.</exception>
    public static ImageDigest Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var hex = text[(colon + 1)..].Trim().ToLowerInvariant();
        return new ImageDigest(colon > 0 ? text[..colon].ToLowerInvariant() : hex.Length == 128 ? "sha512" : "sha256", hex);
    }

    /// <summary>Reads a digest without throwing.</summary>
    /// <param name="text">The text.</param>
    /// <param name="digest">The digest when the text is one.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ImageDigest? digest)
    {
        digest = null;
        if (text is null || text.Length > 256) return false;
        try
        {
            digest = Parse(text);
            return true;
        }
        catch (LimiQuantixException)
        {
            return false;
        }
    }

    /// <summary>The digest as <c>algorithm:hex</c>.</summary>
    public override string ToString() => $"{Algorithm}:{Hex}";
}
