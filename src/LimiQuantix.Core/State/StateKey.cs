using System.Buffers;
using System.Text;

namespace LimiQuantix.Core.State;

/// <summary>The syntax of state keys: segments of lower-case letters, digits and <c>. _ - ~</c>, joined by slashes, at most 512 characters.</summary>
internal static class StateKey
{
    /// <summary>The longest key.</summary>
    public const int MaxLength = 512;

    private const int MaxEncodedLength = 160;

    private static readonly SearchValues<char> Segment = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789._-~");
    private static readonly SearchValues<char> Path = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789._-~/");

    /// <summary>Refuses what is not a key.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>.</exception>
    public static void Validate(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Length is 0 || key[0] == '/' || key[^1] == '/') throw Invalid(key);
        ValidatePrefix(key);
    }

    /// <summary>Refuses what cannot be the beginning of a key. An empty prefix means every key.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>.</exception>
    public static void ValidatePrefix(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        if (prefix.Length > MaxLength || prefix.AsSpan().ContainsAnyExcept(Path)
            || prefix.StartsWith('/') || prefix.Contains("//", StringComparison.Ordinal))
        {
            throw Invalid(prefix);
        }
    }

    /// <summary>Makes any text one segment: different texts give different segments. A long text is replaced by its digest.</summary>
    public static string Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length is > 0 and <= MaxEncodedLength && !text.AsSpan().ContainsAnyExcept(Segment) && !text.Contains('~', StringComparison.Ordinal))
        {
            return text;
        }

        var encoded = new StringBuilder();
        foreach (var unit in Encoding.UTF8.GetBytes(text))
        {
            if (unit != '~' && Segment.Contains((char)unit)) encoded.Append((char)unit);
            else encoded.Append('~').Append(Convert.ToHexStringLower([unit]));
        }

        // "~~" cannot come from the encoding above; it marks the empty text and the digests.
        if (encoded.Length is > 0 and <= MaxEncodedLength) return encoded.ToString();
        var digest = System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(text));
        return text.Length == 0 ? "~~" : "~~" + Convert.ToHexStringLower(digest);
    }

    private static LimiQuantixException Invalid(string key) => new(
        ErrorCodes.InvalidArgument,
        $"'{key}' is not a state key.",
        $"Use segments of lower-case letters, digits and . _ - ~ joined by single slashes, at most {MaxLength} characters.",
        key);
}
