using LimiQuantix.Images;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Storage.Directory;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "Pool {Path} has {PercentFree:0.#} % free; at {RefusePercent} % new volumes are refused")]
    public static partial void LowOnSpace(this ILogger logger, string path, double percentFree, int refusePercent);

    [LoggerMessage(2, LogLevel.Information, "Pool {Path}: removed what {Count} processes left half-made")]
    public static partial void CleanedUp(this ILogger logger, string path, int count);

    [LoggerMessage(3, LogLevel.Information, "Base {Digest} written to {Path}")]
    public static partial void BaseWritten(this ILogger logger, ImageDigest digest, string path);

    [LoggerMessage(4, LogLevel.Information, "Base {Digest} removed: no volume depends on it")]
    public static partial void BaseRemoved(this ILogger logger, ImageDigest digest);

    [LoggerMessage(5, LogLevel.Information, "Volume {VolumeId} made: {SizeBytes} bytes, base {Digest}")]
    public static partial void VolumeMade(this ILogger logger, Guid volumeId, long sizeBytes, ImageDigest? digest);

    [LoggerMessage(6, LogLevel.Information, "Volume {VolumeId} deleted")]
    public static partial void VolumeDeleted(this ILogger logger, Guid volumeId);

    [LoggerMessage(8, LogLevel.Information, "Volume {VolumeId} grew from {FromBytes} to {SizeBytes} bytes")]
    public static partial void VolumeGrown(this ILogger logger, Guid volumeId, long fromBytes, long sizeBytes);

    [LoggerMessage(7, LogLevel.Warning, "Volume {VolumeId} cannot be read; bases are kept until it can: {Reason}")]
    public static partial void VolumeUnreadable(this ILogger logger, Guid volumeId, string reason);
}
