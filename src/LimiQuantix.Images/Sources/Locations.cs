using System.Security.Cryptography;
using System.Text;

namespace LimiQuantix.Images.Sources;

/// <summary>What users write for a location: checked, and otherwise left as it is.</summary>
internal static class Locations
{
    private const string FileScheme = "file";

    /// <summary>Reads an absolute URL or an absolute path. A URL stays as it was written, without its fragment; a path becomes a file's URL.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>.</exception>
    public static string Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > ImageLocation.MaximumLength) throw Invalid(text, $"is longer than {ImageLocation.MaximumLength} characters");
        if (text.Any(char.IsControl)) throw Invalid(text, "has a control character");
        if (Path.IsPathFullyQualified(text)) return OfPath(text);
        if (!ImageLocation.TryParse(text, out var location)) throw Invalid(text, "is no catalogue id, absolute URL or absolute path");
        if (location.HasUserInfo) throw Invalid(text, "must not hold a user name or password");
        if (location.Scheme == FileScheme && location.Authority.Length > 0) throw Invalid(text, "names a file of another machine");
        if (location.Scheme is "http" or "https" && location.Host.Length == 0) throw Invalid(text, "names no host");
        return text.IndexOf('#', StringComparison.Ordinal) is >= 0 and var fragment ? text[..fragment] : text;
    }

    /// <summary>The URL of a file of this machine.</summary>
    public static string OfPath(string path) => FileScheme + "://" + EscapePath(Path.GetFullPath(path));

    /// <summary>The path of a file's location; null when it is none.</summary>
    public static string? LocalPath(string location) => ImageLocation.TryParse(location, out var parts) ? LocalPath(parts) : null;

    /// <summary>The location as it may be shown and stored: a query can hold a signature.</summary>
    public static string Redact(string location) =>
        ImageLocation.TryParse(location, out var parts) ? LocalPath(parts) ?? parts.ToString() : ImageLocation.Redact(location);

    /// <summary>
    /// Tells equal locations of the same source, queries included, without showing them. Scheme and host count without letter case, all else as it is.
    /// </summary>
    public static string KeyOf(string location, string? sourceName, string version = "") =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes((sourceName is null ? "" : sourceName + " ") + Normal(location) + version)));

    /// <summary>The last part of the path: a name for the image.</summary>
    public static string? FileName(string location)
    {
        var path = ImageLocation.Parse(location).Path.TrimEnd('/');
        var name = Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..]);
        return name.Length is 0 or > 128 || name.Any(char.IsControl) ? null : name;
    }

    private static string? LocalPath(ImageLocation location) => location.Scheme == FileScheme ? Uri.UnescapeDataString(location.Path) : null;

    private static string Normal(string location)
    {
        var parts = ImageLocation.Parse(location);
        var defaultPort = parts.Scheme switch { "http" => 80, "https" => 443, _ => -1 };
        var port = parts.Port is { } number && number != defaultPort ? $":{number}" : "";
        return $"{parts.Scheme}://{parts.Host}{port}{(parts.Path.Length == 0 ? "/" : parts.Path)}{parts.Query}";
    }

    private static string EscapePath(string path) =>
        "/" + string.Join('/', path.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Select(Uri.EscapeDataString));

    private static LimiQuantixException Invalid(string text, string what) => new(
        ErrorCodes.InvalidArgument,
        $"The image location '{Names.Show(ImageLocation.Redact(text))}' {what}.",
        "Write a catalogue id such as debian-13, an absolute URL or an absolute path.",
        "Location");
}
