using LimiQuantix.Core.Images.Download;
using LimiQuantix.Disks;

namespace LimiQuantix.Core.Images.Conversion;

/// <summary>The errors of a conversion between disk formats.</summary>
internal static class ConversionFailures
{
    public static LimiQuantixException NoFormat(string wanted) => new(
        ErrorCodes.UnsupportedFormat,
        $"The storage pool takes none of the formats that the engine can give it: raw and qcow2. The image is {wanted}.",
        "Use another storage pool.");

    public static LimiQuantixException From(DiskFileException error) => error.Error switch
    {
        DiskFileError.NoSpace => DownloadFailures.DiskFull("the image library", error),
        DiskFileError.ProgramMissing => new LimiQuantixException(
            ErrorCodes.MissingPrerequisite, $"The storage pool does not take the image's format: {error.Message}", error.Remedy, "qemu-img", innerException: error),
        DiskFileError.TimedOut => new LimiQuantixException(
            ErrorCodes.Timeout, error.Message, "Look at the image library's disk.", isTransient: true, innerException: error),
        _ => new LimiQuantixException(ErrorCodes.Internal, error.Message, innerException: error),
    };
}
