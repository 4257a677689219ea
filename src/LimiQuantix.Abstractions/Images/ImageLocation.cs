using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace LimiQuantix.Images;

/// <summary>
/// The parts of an image's location (RFC 3986: <c>scheme://authority/path?query</c>), none of them changed. Locations are texts in the contract
/// because <see cref="Uri"/> rewrites them (<c>%7E</c>, <c>%2D</c>, <c>..</c>), and then a signature no longer fits: whoever sends makes the address
/// out of the text, at the last moment. Its own text has no user name, query or fragment, and may be shown.
/// </summary>
public sealed class ImageLocation
{
    /// <summary>The most characters that a location has.</summary>
    public const int MaximumLength = 8192;

    private static readonly SearchValues<char> NoAuthority = SearchValues.Create("\\\"<>^`{|}");

    private ImageLocation(string scheme, string authority, string path, string query) =>
        (Scheme, Authority, Path, Query) = (scheme, authority, path, query);

    /// <summary>The scheme in lower case, such as <c>https</c>.</summary>
    public string Scheme { get; }

    /// <summary>Host and port as they were written, without a user name; may be empty.</summary>
    public string Authority { get; }

    /// <summary>The path as it was written, with its first slash; empty when there is none.</summary>
    public string Path { get; }

    /// <summary>The query as it was written, with its question mark; empty when there is none. It may hold a signature: do not show it.</summary>
    public string Query { get; }

    /// <summary>Whether it holds a user name or a password, which a location must not.</summary>
    public bool HasUserInfo { get; private init; }

    /// <summary>The host in lower case, an IPv6 address in its brackets.</summary>
    public string Host => (PortAt is var at && at < 0 ? Authority : Authority[..at]).ToLowerInvariant();

    /// <summary>The port when one was written.</summary>
    public int? Port => PortAt is var at && at < 0 || at == Authority.Length - 1 ? null : int.Parse(Authority.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture);

    private int? EffectivePort => Port ?? Scheme switch { "http" => 80, "https" => 443, _ => null };

    private int PortAt => Authority.LastIndexOf(':') is var colon && colon > Authority.LastIndexOf(']') ? colon : -1;

    /// <summary>Reads a location.</summary>
    /// <param name="text">The location. A fragment is left out: it is the reader's, not the server's.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>: no absolute location; its query is not repeated.</exception>
    public static ImageLocation Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var location) ? location : throw new LimiQuantixException(
            ErrorCodes.InvalidArgument,
            $"'{Redact(text)}' is no location.",
            $"Write scheme://host/path, without control characters and with at most {MaximumLength} characters.",
            "Location");
    }

    /// <summary>Reads a location without throwing.</summary>
    /// <param name="text">The location.</param>
    /// <param name="location">Its parts when it is one.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ImageLocation? location)
    {
        location = null;
        if (text is null or { Length: > MaximumLength } || text.Any(char.IsControl)) return false;
        var rest = text.AsSpan();
        if (rest.IndexOf('#') is >= 0 and var fragment) rest = rest[..fragment];
        var colon = rest.IndexOf("://", StringComparison.Ordinal);
        if (colon < 0 || !IsScheme(rest[..colon])) return false;
        var scheme = rest[..colon].ToString().ToLowerInvariant();
        rest = rest[(colon + 3)..];
        var end = rest.IndexOfAny('/', '?') is >= 0 and var first ? first : rest.Length;
        var authority = rest[..end];
        var at = authority.LastIndexOf('@');
        var host = authority[(at + 1)..];
        if (authority.ContainsAny(NoAuthority) || authority.ContainsAnyInRange('\0', ' ') || !IsAuthority(host)) return false;
        rest = rest[end..];
        var question = rest.IndexOf('?') is >= 0 and var mark ? mark : rest.Length;
        location = new ImageLocation(scheme, host.ToString(), rest[..question].ToString(), rest[question..].ToString()) { HasUserInfo = at >= 0 };
        return true;
    }

    /// <summary>A location as it may be shown, logged and stored with others: without user name, query and fragment, and not longer than 1,024 characters.</summary>
    /// <param name="text">The location, or what should have been one.</param>
    public static string Redact(string? text)
    {
        if (TryParse(text, out var location)) return location.ToString();
        // Of what cannot be read everything that might be a secret is left out.
        var shown = (text ?? "").AsSpan();
        if (shown.IndexOfAny('?', '#') is >= 0 and var end) shown = shown[..end];
        if (shown.IndexOf("://", StringComparison.Ordinal) is >= 0 and var colon && shown[colon..].LastIndexOf('@') is >= 0 and var at)
            shown = string.Concat(shown[..(colon + 3)], shown[(colon + at + 1)..]);
        return Shortened(new string([.. shown.ToString().Where(c => !char.IsControl(c) && !char.IsSurrogate(c))]));
    }

    /// <summary>
    /// Whether a text says which locations something serves: <c>s3://</c> all of a scheme, <c>s3://bucket</c> all of a host,
    /// <c>https://mirror.example:8443/images/</c> what is below a path.
    /// </summary>
    /// <param name="text">The text.</param>
    public static bool IsPrefix(string? text) =>
        text is not null && TryParse(text, out var prefix) && prefix is { HasUserInfo: false, Query: "" } && !text.Contains('#', StringComparison.Ordinal)
        && (prefix.Authority.Length > 0 || prefix.Path.Length == 0 || prefix.Scheme == "file");

    /// <summary>
    /// Whether the location is one of those that a prefix names. Scheme, host and port count without letter case, a port that http and https have anyway
    /// counts as written; a path counts as it is written, and ends at a slash.
    /// </summary>
    /// <param name="prefix">A text that <see cref="IsPrefix"/> accepts.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>: no prefix.</exception>
    public bool StartsWith(string prefix)
    {
        var start = Parse(prefix);
        if (start.Scheme != Scheme) return false;
        if (start.Authority.Length > 0 && (start.Host != Host || start.EffectivePort != EffectivePort)) return false;
        var folder = start.Path.TrimEnd('/');
        return Path.StartsWith(folder, StringComparison.Ordinal) && (Path.Length == folder.Length || Path[folder.Length] == '/');
    }

    /// <summary>The location without user name and query.</summary>
    public override string ToString() => Shortened($"{Scheme}://{Authority}{Path}");

    private static string Shortened(string text) => text.Length <= 1024 ? text : text[..1021] + "...";

    private static bool IsScheme(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || !char.IsAsciiLetter(text[0])) return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '-' or '.')) return false;
        }

        return true;
    }

    // What two readers could understand differently is none: a backslash, a second bracket, white space.
    private static bool IsAuthority(ReadOnlySpan<char> text)
    {
        var closing = text.LastIndexOf(']');
        if (closing >= 0 != text.StartsWith('[') || text.IndexOf(']') != closing || text.LastIndexOf('[') > 0) return false;
        var port = text[(closing + 1)..];
        var colon = port.LastIndexOf(':');
        if (colon != port.IndexOf(':') || (closing >= 0 && port.Length > 0 && colon != 0)) return false;
        return colon < 0 || colon == port.Length - 1 || ushort.TryParse(port[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out _);
    }
}
