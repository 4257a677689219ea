using System.Security.Cryptography;
using System.Text;

namespace LimiQuantix.Images.Sources;

/// <summary>What users write for a location, made into one form.</summary>
internal static class Locations
{
    private const int MaximumLength = 2048;

    /// <summary>Reads an absolute URL or an absolute path.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>.</exception>
    public static Uri Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaximumLength) throw Invalid(text, $"is longer than {MaximumLength} characters");
        if (text.Any(char.IsControl)) throw Invalid(text, "has a control character");
        if (Path.IsPathFullyQualified(text)) return new Uri(Uri.UriSchemeFile + "://" + EscapePath(Path.GetFullPath(text)));
        if (!text.Contains("://", StringComparison.Ordinal) || !Uri.TryCreate(text, UriKind.Absolute, out var uri))
            throw Invalid(text, "is no catalogue id, absolute URL or absolute path");
        if (uri.UserInfo.Length > 0) throw Invalid(Redact(uri), "must not hold a user name or password");
        if (uri.IsFile && uri.Host.Length > 0) throw Invalid(text, "names a file of another machine");
        // The fragment is the reader's, not the server's.
        return uri.Fragment.Length == 0 ? uri : new Uri(uri.GetComponents(UriComponents.AbsoluteUri & ~UriComponents.Fragment, UriFormat.UriEscaped));
    }

    /// <summary>The location as it may be shown and stored: a query can hold a signature.</summary>
    public static string Redact(Uri location) =>
        location.IsFile ? location.LocalPath : location.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    /// <summary>Tells equal locations, queries included, without showing them.</summary>
    public static string KeyOf(Uri location) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(location.AbsoluteUri)));

    /// <summary>The last part of the path: a name for the image.</summary>
    public static string? FileName(Uri location)
    {
        var name = Uri.UnescapeDataString(location.Segments[^1]).Trim('/');
        return name.Length is 0 or > 128 || name.Any(char.IsControl) ? null : name;
    }

    private static string EscapePath(string path) =>
        "/" + string.Join('/', path.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Select(Uri.EscapeDataString));

    private static LimiQuantixException Invalid(string text, string what) => new(
        ErrorCodes.InvalidArgument,
        $"The image location '{Names.Show(text)}' {what}.",
        "Write a catalogue id such as debian-13, an absolute URL or an absolute path.",
        "Location");
}
