using System.Globalization;
using LimiQuantix.Images.Sources;

namespace LimiQuantix.Core.Images.Import;

/// <summary>
/// Tells whether two requests are for the same source: the first location, queries included, and the source that was named. A file of this machine
/// is another source once it was written to, because people rebuild images in place.
/// </summary>
internal static class SourceKey
{
    public static string Of(ImageImportRequest request)
    {
        var location = request.Locations[0];
        var version = Locations.LocalPath(location) is { } path && new FileInfo(path) is { Exists: true } file
            ? string.Create(CultureInfo.InvariantCulture, $" {file.Length} {file.LastWriteTimeUtc.Ticks}")
            : "";
        return Locations.KeyOf(location, request.SourceName, version);
    }
}
