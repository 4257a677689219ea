using LimiQuantix.Disks;
using LimiQuantix.Images;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace LimiQuantix.Storage.Directory;

/// <summary>Writes a base into the temporary area and publishes it read-only.</summary>
internal sealed class BaseWriter : IVolumeWriter
{
    private const UnixFileMode BaseMode = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly BaseDefinition _definition;
    private readonly PoolFolder _folder;
    private readonly ILogger _logger;
    private readonly string _temporary;
    private readonly SafeFileHandle _file;
    private long _next;

    public BaseWriter(BaseDefinition definition, PoolFolder folder, TemporaryArea area, ILogger logger)
    {
        _definition = definition;
        _folder = folder;
        _logger = logger;
        _temporary = area.NewPath();
        _file = File.OpenHandle(_temporary, FileMode.CreateNew, FileAccess.Write, FileShare.Read, FileOptions.Asynchronous);
    }

    public async ValueTask WriteAsync(long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        if (offset < _next || bytes.Length > _definition.LengthBytes - offset)
        {
            throw new LimiQuantixException(
                ErrorCodes.InvalidArgument,
                $"{bytes.Length} bytes at {offset} lie before what was written or behind the base's {_definition.LengthBytes} bytes.",
                target: _definition.Digest.ToString());
        }
        try
        {
            await RandomAccess.WriteAsync(_file, bytes, offset, cancellationToken).ConfigureAwait(false);
            _next = offset + bytes.Length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.From(e, _folder.Path);
        }
    }

    public async Task CommitAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await Task.Run(Publish, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.From(e, _folder.Path);
        }
    }

    public ValueTask DisposeAsync()
    {
        _file.Dispose();
        // Gone when it was published, and when the whole pool was removed meanwhile.
        if (File.Exists(_temporary))
            File.Delete(_temporary);
        return ValueTask.CompletedTask;
    }

    private void Publish()
    {
        RandomAccess.SetLength(_file, _definition.Format == DiskFormat.Raw ? _definition.VirtualSizeBytes : _definition.LengthBytes);
        RandomAccess.FlushToDisk(_file);
        _file.Dispose();
        CheckContent();
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_temporary, BaseMode);
        if (_folder.FindBase(_definition.Digest) is not null)
            return; // Another import of the same image was faster; its bytes are as good.
        string target = _folder.Combine(PoolName.Base(_definition.Digest, _definition.Format));
        DurableFile.Publish(_temporary, target);
        _logger.BaseWritten(_definition.Digest, target);
    }

    /// <summary>A volume will trust the base's size, and QEMU its backing file.</summary>
    private void CheckContent()
    {
        if (_definition.Format == DiskFormat.Raw)
            return;
        Qcow2Header header = PoolHeader.Read(_temporary);
        if (header.BackingFile is not null || header.VirtualSizeBytes != _definition.VirtualSizeBytes)
        {
            throw new LimiQuantixException(
                ErrorCodes.DataCorrupt,
                $"The base's header tells {header.VirtualSizeBytes} bytes and backing file '{header.BackingFile}', not what was announced.",
                target: _definition.Digest.ToString());
        }
    }
}
