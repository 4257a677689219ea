using System.Buffers;
using System.Globalization;
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

    /// <summary>The text that <see cref="Encode"/> made a segment of; <see langword="null"/> when it was too long, and the segment has its digest.</summary>
    public static string? TryDecode(ReadOnlySpan<char> segment)
    {
        if (segment is "~~") return "";
        if (segment.StartsWith("~~")) return null;
        List<byte> bytes = new(segment.Length);
        for (var i = 0; i < segment.Length; i++)
        {
            if (segment[i] != '~')
            {
                bytes.Add((byte)segment[i]);
                continue;
            }

            if (i + 2 >= segment.Length || !byte.TryParse(segment.Slice(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var unit)) return null;
            bytes.Add(unit);
            i += 2;
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    /// <summary>Whether a text is one segment of a key.</summary>
    public static bool IsSegment(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExcept(Segment);

    /// <summary>
    /// A segment for a UUIDv7 that sorts newest first: every hexadecimal digit is inverted, so that a store, which only ever goes through
    /// its keys upwards, gives the newest first. Inverting the result gives the id again.
    /// </summary>
    public static string NewestFirst(Guid id) => Invert(id.ToString("D"));

    /// <summary>The id of a <see cref="NewestFirst(Guid)"/> segment.</summary>
    public static bool TryParseNewestFirst(ReadOnlySpan<char> segment, out Guid id) => Guid.TryParseExact(Invert(segment), "D", out id);

    /// <summary>A segment for a moment that sorts newest first: its inverted Unix milliseconds.</summary>
    public static string NewestFirst(DateTimeOffset time) => Invert($"{Math.Max(0, time.ToUnixTimeMilliseconds()):x12}");

    /// <summary>Inverts the hexadecimal digits of a text; everything else stays.</summary>
    public static string Invert(ReadOnlySpan<char> text)
    {
        const string Digits = "0123456789abcdef";
        var inverted = text.ToArray();
        foreach (ref var unit in inverted.AsSpan())
        {
            if (Digits.IndexOf(unit, StringComparison.Ordinal) is var digit and >= 0) unit = Digits[15 - digit];
        }

        return new string(inverted);
    }

    private static LimiQuantixException Invalid(string key) => new(
        ErrorCodes.InvalidArgument,
        $"'{key}' is not a state key.",
        $"Use segments of lower-case letters, digits and . _ - ~ joined by single slashes, at most {MaxLength} characters.",
        key);
}
