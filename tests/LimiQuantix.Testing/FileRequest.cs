using System.Globalization;

namespace LimiQuantix.Testing;

/// <summary>A request that a <see cref="FileServer"/> received.</summary>
public sealed record FileRequest
{
    /// <summary>The method: GET or HEAD.</summary>
    public required string Method { get; init; }

    /// <summary>The path and query as they were sent.</summary>
    public required string Target { get; init; }

    /// <summary>The headers; names compare without case.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>The Range header, such as <c>bytes=100-199</c>, or null.</summary>
    public string? Range => Headers.GetValueOrDefault("Range");

    /// <summary>The first and last byte asked for (inclusive) of a file of the given length; null when the whole file is asked for.</summary>
    /// <exception cref="FormatException">The Range header is not a single range of bytes.</exception>
    internal (long First, long Last)? GetRange(long length)
    {
        if (Range is not { } range)
            return null;
        if (!range.StartsWith("bytes=", StringComparison.Ordinal) || range[6..].Split('-') is not [var first, var last])
            throw new FormatException($"'{range}' is not a single range of bytes.");
        if (first.Length == 0)
            return (Math.Max(0, length - Number(last)), length - 1);
        return (Number(first), last.Length == 0 ? length - 1 : Math.Min(Number(last), length - 1));
    }

    private static long Number(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
