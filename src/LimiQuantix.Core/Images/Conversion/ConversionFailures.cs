using LimiQuantix.Core.Images.Download;

namespace LimiQuantix.Core.Images.Conversion;

/// <summary>The errors of a conversion between disk formats.</summary>
internal static class ConversionFailures
{
    public static LimiQuantixException NoFormat(string wanted) => new(
        ErrorCodes.UnsupportedFormat,
        $"The storage pool takes none of the formats that the engine can give it: raw and qcow2. The image is {wanted}.",
        "Use another storage pool.");

    public static LimiQuantixException Missing(string program, Exception cause) => new(
        ErrorCodes.MissingPrerequisite,
        $"The storage pool does not take the image's format, and {program}, which converts it, cannot be started: {cause.Message}",
        "Install it: sudo apt-get install qemu-utils.",
        program,
        innerException: cause);

    public static LimiQuantixException Silent(string verb, TimeSpan patience) => new(
        ErrorCodes.Timeout, $"qemu-img {verb} did not go on for {patience.TotalMinutes:0} min.", "Look at the image library's disk.", isTransient: true);

    public static LimiQuantixException Failed(string verb, int exitCode, string printed) =>
        printed.Contains("No space left on device", StringComparison.Ordinal) || printed.Contains("Disk quota exceeded", StringComparison.Ordinal)
            ? DownloadFailures.DiskFull("the image library")
            : new LimiQuantixException(ErrorCodes.Internal, $"qemu-img {verb} ended with {exitCode}: {printed}");
}
