using LimiQuantix.Disks;
using LimiQuantix.Images;
using LimiQuantix.Jobs;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Storage.Directory;

/// <summary>
/// Makes bases: the work of the pool's jobs. The bytes are copied or converted into the temporary area, looked at, and published read-only:
/// whole or not at all. It may run twice for one base, also in two processes: the first to publish wins.
/// </summary>
internal sealed class BaseImporter(
    PoolFolder folder, TemporaryArea area, BaseUse bases, SpaceGuard space, PoolImages images, DirectoryStorageOptions options, ILogger logger)
{
    private const UnixFileMode BaseMode = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <exception cref="LimiQuantixException">What the job's error is to be.</exception>
    public async Task<JobResult?> ImportAsync(BaseImport import, IProgress<JobProgress> progress, CancellationToken cancellationToken)
    {
        try
        {
            bases.Reserve(import.Digest);
            BaseFile found = folder.FindBase(import.Digest) ?? await MakeAsync(import, progress, cancellationToken).ConfigureAwait(false);
            // The work may have taken longer than a reservation lasts.
            bases.Reserve(import.Digest);
            return new BaseImportResult { Base = found.Observe() };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DiskFileException)
        {
            throw StorageFailure.From(e, folder.Path);
        }
    }

    private async Task<BaseFile> MakeAsync(BaseImport import, IProgress<JobProgress> progress, CancellationToken cancellationToken)
    {
        DiskFormat format = options.BaseFormat ?? import.Format;
        CheckSource(import);
        string temporary = area.NewPath();
        try
        {
            if (format == import.Format)
                await CopyAsync(import, temporary, progress, cancellationToken).ConfigureAwait(false);
            else
                await ConvertAsync(import, format, temporary, progress, cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            progress.Report(new JobProgress { Step = "publish" });
            return await Task.Run(() => Publish(import, format, temporary), CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            // Gone when it was published, and when the whole pool was removed meanwhile.
            if (File.Exists(temporary))
                File.Delete(temporary);
        }
    }

    private static void CheckSource(BaseImport import)
    {
        string path = import.Source.Path;
        try
        {
            FileInfo source = new(path);
            if (!source.Exists)
                throw new LimiQuantixException(ErrorCodes.NotFound, "The image's file is gone.", "Import the image again.", path);
            if (source.Length != import.LengthBytes)
                throw Corrupt(import, $"The image's file has {source.Length} bytes, not the {import.LengthBytes} that were announced.");
            // qemu-img follows what names a header has, and so would QEMU with a base.
            CheckHeader(import, import.Format, path);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new LimiQuantixException(
                ErrorCodes.PermissionDenied, $"The pool may not read the image's file: {e.Message}", "Let the pool's user read the image library.", path, innerException: e);
        }
    }

    private async Task CopyAsync(BaseImport import, string target, IProgress<JobProgress> progress, CancellationToken cancellationToken)
    {
        space.Demand(SparseFile.MeasureData(import.Source.Path));
        progress.Report(new JobProgress { Step = "copy", Total = import.LengthBytes });
        long length = await SparseFile.CopyAsync(
            import.Source.Path, target, done => progress.Report(new JobProgress { Step = "copy", Completed = done, Total = import.LengthBytes }), cancellationToken)
            .ConfigureAwait(false);
        if (length != import.LengthBytes)
            throw Corrupt(import, $"The image's file changed to {length} bytes while it was copied.");
    }

    private async Task ConvertAsync(BaseImport import, DiskFormat format, string target, IProgress<JobProgress> progress, CancellationToken cancellationToken)
    {
        space.Demand(await images.MeasureAsync(import.Source.Path, import.Format, cancellationToken).ConfigureAwait(false));
        Report(0);
        await images.ConvertAsync(import.Source.Path, import.Format, target, format, Report, cancellationToken).ConfigureAwait(false);

        void Report(double percent) => progress.Report(
            new JobProgress { Step = "convert", Completed = (long)(import.VirtualSizeBytes * percent / 100), Total = import.VirtualSizeBytes });
    }

    private BaseFile Publish(BaseImport import, DiskFormat format, string temporary)
    {
        if (format == DiskFormat.Raw)
        {
            // An image need not end with a whole sector; a disk does.
            using FileStream file = new(temporary, FileMode.Open, FileAccess.Write, FileShare.Read, bufferSize: 0);
            file.SetLength(import.VirtualSizeBytes);
        }
        CheckHeader(import, format, temporary);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(temporary, BaseMode);
        BaseFile made = new() { Path = folder.Combine(PoolName.Base(import.Digest, format)), Digest = import.Digest, Format = format };
        try
        {
            DurableFile.Publish(temporary, made.Path);
        }
        catch (IOException) when (File.Exists(temporary) && folder.FindBase(import.Digest) is not null)
        {
            return folder.FindBase(import.Digest) ?? made; // Another one was faster; its bytes are as good.
        }
        logger.BaseWritten(import.Digest, made.Path);
        return made;
    }

    /// <summary>A volume will trust the base's size, and QEMU what its header names.</summary>
    private static void CheckHeader(BaseImport import, DiskFormat format, string path)
    {
        if (format == DiskFormat.Raw)
            return;
        Qcow2Header header = PoolHeader.Read(path);
        header.CheckTables(new FileInfo(path).Length);
        if (header.BackingFile is not null || header.NamesDataFile || header.Features.HasFlag(Qcow2Features.ExternalData))
            throw Corrupt(import, "The image names another file: it is not complete in itself.");
        if ((header.VirtualSizeBytes + Definitions.SectorSize - 1) / Definitions.SectorSize * Definitions.SectorSize != import.VirtualSizeBytes)
            throw Corrupt(import, $"The image's header tells {header.VirtualSizeBytes} bytes, not the {import.VirtualSizeBytes} that were announced.");
    }

    private static LimiQuantixException Corrupt(BaseImport import, string message) =>
        new(ErrorCodes.DataCorrupt, message, "Import the image again.", import.Digest.ToString());
}
