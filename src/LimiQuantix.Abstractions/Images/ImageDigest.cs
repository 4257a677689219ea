using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace LimiQuantix.Images;

/// <summary>A digest of an image file's bytes, written <c>sha256:HEX</c> or <c>sha512:HEX</c>.</summary>
public sealed record ImageDigest
{
    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    private const int Sha256Digits = 64;
    private const int Sha512Digits = 128;
    private const int MaximumShown = 160;

    /// <summary>Creates a digest.</summary>
    /// <param name="algorithm"><c>sha256</c> or <c>sha512</c>, in any case.</param>
    /// <param name="hex">The digest in hexadecimal, in any case: 64 or 128 digits.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>: not such a digest; says what is wrong with it.</exception>
    public ImageDigest(string algorithm, string hex)
    {
        Algorithm = algorithm?.Trim().ToLowerInvariant().Replace("-", "", StringComparison.Ordinal) ?? "";
        Hex = hex?.Trim().ToLowerInvariant() ?? "";
        var length = Algorithm switch
        {
            "sha256" => Sha256Digits,
            "sha512" => Sha512Digits,
            _ => throw Invalid(algorithm, hex, $"its algorithm '{Shown(algorithm)}' is neither sha256 nor sha512"),
        };
        var wrong = Hex.AsSpan().IndexOfAnyExcept(LowerHex);
        if (wrong >= 0) throw Invalid(algorithm, hex, $"'{Shown(Hex[wrong].ToString())}' is no hexadecimal digit");
        if (Hex.Length != length) throw Invalid(algorithm, hex, $"a {Algorithm} has {length} hexadecimal digits, and this has {Hex.Length}");
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
        var hex = text[(colon + 1)..].Trim();
        if (colon >= 0) return new ImageDigest(text[..colon], hex);
        if (hex.Length is not (Sha256Digits or Sha512Digits) && hex.Length > 0 && hex.All(char.IsAsciiHexDigit))
        {
            throw Invalid(null, hex, hex.Length switch
            {
                32 => "32 digits are an MD5, which is not accepted",
                40 => "40 digits are a SHA-1, which is not accepted",
                _ => $"a sha256 has {Sha256Digits} hexadecimal digits and a sha512 {Sha512Digits}, and this has {hex.Length}",
            });
        }

        return new ImageDigest(hex.Length == Sha512Digits ? "sha512" : "sha256", hex);
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

    private static LimiQuantixException Invalid(string? algorithm, string? hex, string what) => new(
        ErrorCodes.InvalidArgument,
        $"'{Shown(algorithm is null ? hex : $"{algorithm}:{hex}")}' is not an image digest: {what}.",
        "Write sha256: and 64 or sha512: and 128 hexadecimal digits.");

    private static string Shown(string? text) => text is null ? "" : new string([.. text.Take(MaximumShown).Where(c => !char.IsControl(c) && !char.IsSurrogate(c))]);

    /// <summary>The digest as <c>algorithm:hex</c>.</summary>
    public override string ToString() => $"{Algorithm}:{Hex}";
}
