using System.Globalization;

namespace LimiQuantix.Images.Download;

/// <summary>The errors of a download that are the engine's own to find.</summary>
internal static class DownloadFailures
{
    public static LimiQuantixException EndedEarly(long offset, long received, long expected) => new(
        ErrorCodes.SourceFailed,
        string.Create(CultureInfo.InvariantCulture, $"The source ended after {received} of {expected} bytes from byte {offset}."),
        isTransient: true);

    public static LimiQuantixException Longer(long told) => new(
        ErrorCodes.Conflict,
        string.Create(CultureInfo.InvariantCulture, $"The source has more than the {told} bytes that it told of."),
        "Begin the import again; if that does not help, the image source tells wrong lengths.");

    public static LimiQuantixException Changed(string target) => new(
        ErrorCodes.Conflict, "The file at the source is no longer the one that the download began with.", "Begin the import again.", target);

    public static LimiQuantixException TooLarge(long maximumBytes) => new(
        ErrorCodes.SourceFailed,
        string.Create(CultureInfo.InvariantCulture, $"The image is larger than the {maximumBytes} bytes that are allowed."),
        "Raise the image library's MaximumImageBytes if such an image is wanted.");

    public static LimiQuantixException WrongDigest(ImageDigest expected, ImageDigest actual, string target) => new(
        ErrorCodes.ChecksumMismatch,
        $"The downloaded bytes have the digest {actual}, expected was {expected}.",
        "Nothing entered the library. Check the digest; a mirror or proxy may also serve an old or damaged copy.",
        target);

    public static LimiQuantixException DiskFull(string directory, Exception? error = null) => new(
        ErrorCodes.InsufficientSpace,
        "The image library's disk is full.",
        "Free space or move the library to a larger disk, then try again.",
        directory,
        innerException: error);

    public static LimiQuantixException NotEnoughSpace(string directory, long needed, long free) => new(
        ErrorCodes.InsufficientSpace,
        string.Create(CultureInfo.InvariantCulture, $"The image needs {needed} bytes and the library's disk has {free} to give."),
        "Free space or move the library to a larger disk, then try again.",
        directory);
}
