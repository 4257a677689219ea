using System.Globalization;
using System.Text;

namespace LimiQuantix.Images.Http;

/// <summary>
/// An address as it is sent: what the location said, character for character. Only what no request line can carry (white space, what is not
/// ASCII) is escaped, and nothing else is: an address may be signed as it was written.
/// </summary>
internal static class HttpAddress
{
    private static readonly UriCreationOptions Verbatim = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <summary>Makes the address that is connected to; what is decided about host and scheme is decided by it.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>: not one of http or https, or with a user name.</exception>
    public static Uri ToSend(string location)
    {
        if (!ImageLocation.TryParse(location, out var parts) || parts.Scheme is not ("http" or "https"))
            throw new LimiQuantixException(ErrorCodes.InvalidArgument, "The http image source reads http and https addresses only.");
        if (parts.HasUserInfo)
        {
            throw new LimiQuantixException(
                ErrorCodes.InvalidArgument,
                "An image's address must not hold a user name or password.",
                "Set the host's Credentials in the options of the http image source.",
                parts.ToString());
        }

        var text = $"{parts.Scheme}://{parts.Authority}{(parts.Path.Length == 0 ? "/" : Escape(parts.Path))}{Escape(parts.Query)}";
        return Uri.TryCreate(text, Verbatim, out var uri)
            ? uri
            : throw new LimiQuantixException(ErrorCodes.InvalidArgument, $"'{parts}' is no address.", "Write https://host/path.", parts.ToString());
    }

    /// <summary>Where a redirect leads (RFC 3986 §5.2): an absolute address as it stands, a relative one after the address that gave it.</summary>
    /// <param name="from">The address that redirects.</param>
    /// <param name="reference">The value of Location, each byte of it a character.</param>
    public static string Follow(string from, string reference)
    {
        reference = EscapeBytes(reference);
        if (reference.IndexOf('#', StringComparison.Ordinal) is >= 0 and var fragment) reference = reference[..fragment];
        var colon = reference.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && reference.AsSpan(0, colon).IndexOfAny('/', '?') < 0) return reference;
        var parts = ImageLocation.Parse(from);
        if (reference.StartsWith("//", StringComparison.Ordinal)) return $"{parts.Scheme}:{reference}";
        var question = reference.IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? reference : reference[..question];
        var query = question < 0 ? "" : reference[question..];
        if (path.Length == 0) (path, query) = (parts.Path, question < 0 ? parts.Query : query);
        else if (path[0] != '/') path = WithoutDots(parts.Path[..(parts.Path.LastIndexOf('/') + 1)] + path);
        else path = WithoutDots(path);
        return $"{parts.Scheme}://{parts.Authority}{path}{query}";
    }

    private static string WithoutDots(string path)
    {
        List<string> kept = [];
        string[] segments = path.TrimStart('/').Split('/');
        for (var i = 0; i < segments.Length; i++)
        {
            var isDots = segments[i] is "." or "..";
            if (segments[i] == ".." && kept.Count > 0) kept.RemoveAt(kept.Count - 1);
            if (!isDots) kept.Add(segments[i]);
            // The folder itself, and not the file before it.
            else if (i == segments.Length - 1) kept.Add("");
        }

        return "/" + string.Join('/', kept);
    }

    private static string Escape(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange('!', '~')) return text;
        StringBuilder escaped = new(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is >= '!' and <= '~') escaped.Append((char)rune.Value);
            else AppendBytes(escaped, Encoding.UTF8.GetBytes(rune.ToString()));
        }

        return escaped.ToString();
    }

    private static string EscapeBytes(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange('!', '~')) return text;
        StringBuilder escaped = new(text.Length + 16);
        foreach (var c in text.Trim())
        {
            if (c is >= '!' and <= '~') escaped.Append(c);
            else AppendBytes(escaped, [(byte)c]);
        }

        return escaped.ToString();
    }

    private static void AppendBytes(StringBuilder text, ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes) text.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
    }
}
