using LimiQuantix.Disks;
using LimiQuantix.Images;

namespace LimiQuantix.Storage.Directory;

/// <summary>What the pool does with qemu-img, under the pool's deadlines and in the contract's errors.</summary>
internal sealed class PoolImages(DirectoryStorageOptions options, TimeProvider time)
{
    private readonly QemuImg _qemuImg = new(options.QemuImg, time);

    /// <summary>The program's path, or null when it is not installed.</summary>
    public string? FindProgram() => _qemuImg.Find();

    /// <summary>Makes a volume's image, blank or over a base that lies beside it.</summary>
    public Task CreateAsync(string path, long sizeBytes, BaseFile? source, CancellationToken cancellationToken) => RunAsync(
        path,
        // The base is named relative to its folder, so that a pool can be moved.
        () => _qemuImg.CreateAsync(
            path, sizeBytes, source is null ? null : Path.GetFileName(source.Path), FormatOf(source?.Format ?? DiskFormat.Qcow2), Command, cancellationToken));

    /// <summary>Makes a volume's image with all that its base holds.</summary>
    public Task CopyAsync(BaseFile source, string path, long sizeBytes, CancellationToken cancellationToken) => RunAsync(
        path,
        async () =>
        {
            QemuImgRun copy = new() { Timeout = options.CopyTimeout };
            await _qemuImg.ConvertAsync(source.Path, FormatOf(source.Format), path, DiskFileFormat.Qcow2, copy, cancellationToken).ConfigureAwait(false);
            await _qemuImg.ResizeAsync(path, sizeBytes, Command, cancellationToken).ConfigureAwait(false);
        });

    /// <summary>Makes a volume's image larger.</summary>
    public Task GrowAsync(string path, long sizeBytes, CancellationToken cancellationToken) =>
        RunAsync(path, () => _qemuImg.ResizeAsync(path, sizeBytes, Command, cancellationToken));

    /// <summary>How many bytes what an image holds takes at most, whatever the format.</summary>
    public Task<long> MeasureAsync(string source, DiskFormat format, CancellationToken cancellationToken) =>
        _qemuImg.MeasureAsync(source, FormatOf(format), Command, cancellationToken);

    /// <summary>Writes what an image holds into a file of another format. It has no deadline: who waits for the job has one, of silence.</summary>
    public Task ConvertAsync(
        string source, DiskFormat format, string target, DiskFormat targetFormat, Action<double> progress, CancellationToken cancellationToken) =>
        _qemuImg.ConvertAsync(source, FormatOf(format), target, FormatOf(targetFormat), new QemuImgRun { Progress = progress }, cancellationToken);

    private QemuImgRun Command => new() { Timeout = options.CommandTimeout };

    private static async Task RunAsync(string path, Func<Task> run)
    {
        try
        {
            await run().ConfigureAwait(false);
        }
        catch (DiskFileException e)
        {
            throw StorageFailure.From(e, path);
        }
    }

    private static DiskFileFormat FormatOf(DiskFormat format) => format == DiskFormat.Raw ? DiskFileFormat.Raw : DiskFileFormat.Qcow2;
}
