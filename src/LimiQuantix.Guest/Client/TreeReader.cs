using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;
using LimiQuantix.Guest.Protos;
using LimiQuantix.Guest.Wire;

namespace LimiQuantix.Guest.Client;

/// <summary>Sends a folder of this machine: each entry's length and entry, and each file's bytes, in one run of data.</summary>
internal sealed class TreeReader(string folder, GuestTreeOptions options)
{
    private const int MaxNamed = 1000;
    private readonly string _root = Path.GetFullPath(folder);
    private readonly List<string> _skipped = [];
    private long _entries;
    private long _bytes;
    private long _files;
    private long _directories;

    public async Task RunAsync(GuestStream stream, CancellationToken cancellationToken)
    {
        if (await SendFolderAsync(new DirectoryInfo(_root), stream, cancellationToken).ConfigureAwait(false))
            await stream.EndInputAsync(cancellationToken).ConfigureAwait(false);
    }

    public GuestTransfer Finish(TreeResult result)
    {
        if ((long)result.Bytes != _bytes || (long)result.Files != _files)
            throw new GuestException(GuestErrorCode.Changed, $"{_files} files of {_bytes} bytes were sent; the guest says it wrote {result.Files} of {result.Bytes}.");
        return new GuestTransfer { Bytes = _bytes, Files = _files, Directories = _directories, Skipped = _skipped };
    }

    private async Task<bool> SendFolderAsync(DirectoryInfo folder, GuestStream stream, CancellationToken cancellationToken)
    {
        foreach (FileSystemInfo entry in folder.EnumerateFileSystemInfos().OrderBy(e => e.Name, StringComparer.Ordinal))
        {
            string name = Path.GetRelativePath(_root, entry.FullName).Replace('\\', '/');
            if (++_entries > options.MaxEntries)
                throw new GuestException(GuestErrorCode.LimitExceeded, $"The folder holds more than {options.MaxEntries} entries.");
            bool open = true;
            if (entry.LinkTarget is not null || entry.Attributes.HasFlag(FileAttributes.Device))
                Skip(name, "a link or a device");
            else if (entry is DirectoryInfo inner)
                open = await SendEntryAsync(Entry(entry, name, FileType.Directory, 0), stream, cancellationToken).ConfigureAwait(false)
                    && await SendFolderAsync(inner, stream, cancellationToken).ConfigureAwait(false);
            else
                open = await SendFileAsync((FileInfo)entry, name, stream, cancellationToken).ConfigureAwait(false);
            if (!open)
                return false;
        }

        return true;
    }

    private async Task<bool> SendFileAsync(FileInfo file, string name, GuestStream stream, CancellationToken cancellationToken)
    {
        if (!FileKind.IsRegular(file.FullName))
        {
            Skip(name, "neither file nor folder");
            return true;
        }

        using FileStream content = new(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1, useAsync: false);
        long left = content.Length;
        if (_bytes + left > options.MaxBytes)
            throw new GuestException(GuestErrorCode.LimitExceeded, $"The folder holds more than {options.MaxBytes} bytes.");
        if (!await SendEntryAsync(Entry(file, name, FileType.Regular, left), stream, cancellationToken).ConfigureAwait(false))
            return false;
        _files++;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(FrameHeader.DataPayload);
        try
        {
            while (left > 0)
            {
                int read = await content.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, FrameHeader.DataPayload)), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                    throw new IOException($"{file.FullName} became shorter while it was copied.");
                left -= read;
                _bytes += read;
                if (!await stream.SendAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false))
                    return false;
                options.Progress?.Report(_bytes);
            }

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<bool> SendEntryAsync(FileEntry entry, GuestStream stream, CancellationToken cancellationToken)
    {
        if (entry.Type == FileType.Directory)
            _directories++;
        byte[] framed = new byte[4 + entry.CalculateSize()];
        BinaryPrimitives.WriteInt32LittleEndian(framed, framed.Length - 4);
        entry.WriteTo(framed.AsSpan(4));
        return await stream.SendAsync(framed, cancellationToken).ConfigureAwait(false);
    }

    private static FileEntry Entry(FileSystemInfo info, string name, FileType type, long size) => new()
    {
        Path = name,
        Type = type,
        Size = (ulong)size,
        Mode = OperatingSystem.IsWindows() ? (type == FileType.Directory ? 0x1EDu : 0x1A4u) : (uint)info.UnixFileMode & 0x1FF,
        ModifiedUnixMs = new DateTimeOffset(info.LastWriteTimeUtc).ToUnixTimeMilliseconds(),
    };

    private void Skip(string path, string reason)
    {
        if (_skipped.Count < MaxNamed)
            _skipped.Add($"{path}: {reason}");
    }
}
