using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LimiQuantix.Images.Sources;

namespace LimiQuantix.Core.Images.Import;

/// <summary>
/// Tells whether two requests are for the same source: the first location, queries included. A file of this machine is another
/// source once it was written to, because people rebuild images in place.
/// </summary>
internal static class SourceKey
{
    public static string Of(ImageImportRequest request)
    {
        var location = request.Locations[0];
        if (Locations.LocalPath(location) is not { } path || new FileInfo(path) is not { Exists: true } file) return Locations.KeyOf(location);
        var text = string.Create(CultureInfo.InvariantCulture, $"{location} {file.Length} {file.LastWriteTimeUtc.Ticks}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
