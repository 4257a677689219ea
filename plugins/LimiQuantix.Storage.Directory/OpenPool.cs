using Microsoft.Extensions.Logging;

namespace LimiQuantix.Storage.Directory;

/// <summary>The pool once its folder is there: what the backend's calls work with.</summary>
internal sealed record OpenPool(PoolFolder Folder, TemporaryArea Area, BaseUse Bases, BaseImporter Importer, VolumeMaker Maker, VolumeMarks Marks) : IDisposable
{
    /// <summary>Makes the folder and cleans up behind processes that were killed.</summary>
    public static OpenPool Open(
        PoolFolder folder, SpaceGuard space, PoolImages images, DirectoryStorageOptions options, ProviderFence fence, TimeProvider time, ILogger logger)
    {
        folder.Create();
        int cleaned = TemporaryArea.Clean(folder);
        if (cleaned > 0)
            logger.CleanedUp(folder.Path, cleaned);
        TemporaryArea area = TemporaryArea.Create(folder);
        VolumeMarks marks = new(folder, area, fence);
        BaseUse bases = new(folder, options.KeepUnusedBases, time, logger);
        return new OpenPool(
            folder,
            area,
            bases,
            new BaseImporter(folder, area, bases, space, images, options, logger),
            new VolumeMaker(folder, area, bases, marks, space, images, options, logger),
            marks);
    }

    public void Dispose() => Area.Dispose();
}
