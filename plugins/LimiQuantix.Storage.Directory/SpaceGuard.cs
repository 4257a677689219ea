using System.Globalization;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Storage.Directory;

/// <summary>Watches the pool's free space: warns at one mark, refuses at another.</summary>
internal sealed class SpaceGuard(string path, DirectoryStorageOptions options, ILogger logger)
{
    private bool _warned;

    /// <summary>The file system's size and what is free for this user, in bytes.</summary>
    public (long Capacity, long Available) Measure()
    {
        DriveInfo drive = new(path);
        return (drive.TotalSize, drive.AvailableFreeSpace);
    }

    /// <summary>Gives the warning, if there is one, and logs it when it begins.</summary>
    public string? Warning(long capacity, long available)
    {
        bool low = PercentFree(capacity, available) < options.WarnBelowPercentFree;
        if (low && !_warned)
            logger.LowOnSpace(path, PercentFree(capacity, available), options.RefuseBelowPercentFree);
        _warned = low;
        return low
            ? string.Create(CultureInfo.InvariantCulture, $"{PercentFree(capacity, available):0.#} % of the file system is free; at {options.RefuseBelowPercentFree} % new volumes are refused.")
            : null;
    }

    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InsufficientSpace"/>: too little would be left.</exception>
    public void Demand(long bytes)
    {
        (long capacity, long available) = Measure();
        Warning(capacity, available);
        if (bytes <= available && PercentFree(capacity, available - bytes) >= options.RefuseBelowPercentFree)
            return;
        throw new LimiQuantixException(
            ErrorCodes.InsufficientSpace,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{bytes} bytes are needed and {available} of {capacity} are free, of which {options.RefuseBelowPercentFree} % stay free."),
            "Delete machines or images, move the pool to a larger file system, or lower RefuseBelowPercentFree.",
            path);
    }

    private static double PercentFree(long capacity, long available) => capacity <= 0 ? 0 : available * 100.0 / capacity;
}
