using System.Diagnostics.Metrics;

namespace LimiQuantix.Images;

/// <summary>What the image pipeline counts, on the meter <c>LimiQuantix</c>.</summary>
internal static class ImageTelemetry
{
    private static readonly Meter Meter = new("LimiQuantix");

    /// <summary>Bytes of images that were moved, by <c>step</c> (download, decompress).</summary>
    public static Counter<long> ImageBytes { get; } =
        Meter.CreateCounter<long>("limiquantix.images.bytes", "By", "Bytes of images downloaded or read to decompress");
}
