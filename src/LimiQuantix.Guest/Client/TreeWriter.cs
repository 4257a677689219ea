using LimiQuantix.Guest.Protos;
using LimiQuantix.Guest.Wire;

namespace LimiQuantix.Guest.Client;

/// <summary>Writes what a guest sends of a tree below one folder of this machine, and nowhere else.</summary>
internal sealed class TreeWriter(string folder, GuestTreeOptions options)
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
        Directory.CreateDirectory(_root);
        while (await stream.TakeAsync(0, cancellationToken).ConfigureAwait(false) is { } item)
        {
            if (item.Type != FrameType.Message || GuestSession.Parse(Message.Parser, item.Payload).Entry is not { } entry)
                throw GuestException.Violation("content in a tree that no entry came before");
            if (++_entries > options.MaxEntries)
                throw new GuestException(GuestErrorCode.LimitExceeded, $"The tree holds more than {options.MaxEntries} entries.");
            await AddAsync(entry, stream, cancellationToken).ConfigureAwait(false);
        }
    }

    public GuestTransfer Finish(TreeResult result)
    {
        if ((long)result.Bytes != _bytes)
            throw new GuestException(GuestErrorCode.Changed, $"{_bytes} bytes of the tree came; the guest says it sent {result.Bytes}.");
        foreach (string skipped in result.Skipped.Take(MaxNamed - _skipped.Count))
            _skipped.Add(GuestText.Clean(skipped, 512));
        return new GuestTransfer { Bytes = _bytes, Files = _files, Directories = _directories, Skipped = _skipped };
    }

    private async Task AddAsync(FileEntry entry, GuestStream stream, CancellationToken cancellationToken)
    {
        string? path = null;
        string reason = "";
        if (entry.Type is not (FileType.Regular or FileType.Directory))
            reason = entry.Type == FileType.Symlink ? "a symbolic link" : "neither file nor folder";
        else if (TreeNames.Parts(entry.Path, out reason) is { } parts)
            path = TreeNames.Below(_root, parts, out reason);
        if (path is null)
            Skip(entry.Path, reason);

        if (entry.Type == FileType.Regular)
            await WriteFileAsync(path, entry, stream, cancellationToken).ConfigureAwait(false);
        else if (entry.Type == FileType.Directory && path is not null)
            MakeFolder(path, entry);
    }

    private void MakeFolder(string path, FileEntry entry)
    {
        var folder = new DirectoryInfo(path);
        if (folder.LinkTarget is not null || File.Exists(path))
        {
            Skip(entry.Path, "something else of that name is here");
            return;
        }

        folder.Create();
        _directories++;
    }

    /// <summary>Content is data up to an empty message; it is read also where it is not kept.</summary>
    private async Task WriteFileAsync(string? path, FileEntry entry, GuestStream stream, CancellationToken cancellationToken)
    {
        string? partial = path is null ? null : Path.Combine(Path.GetDirectoryName(path)!, $".{Guid.NewGuid():N}.partial");
        try
        {
            using (FileStream? file = partial is null ? null : new FileStream(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None, 4096, useAsync: false))
            {
                while (true)
                {
                    if (await stream.TakeAsync(0, cancellationToken).ConfigureAwait(false) is not { } item)
                        throw await CutAsync(stream).ConfigureAwait(false);
                    if (item.Type == FrameType.Message)
                    {
                        if (GuestSession.Parse(Message.Parser, item.Payload).MessageCase != Message.MessageOneofCase.None)
                            throw GuestException.Violation("an entry of a tree in the midst of another's content");
                        break;
                    }

                    _bytes += item.Payload.Length;
                    if (_bytes > options.MaxBytes)
                        throw new GuestException(GuestErrorCode.LimitExceeded, $"The tree holds more than {options.MaxBytes} bytes.");
                    if (file is not null)
                        await file.WriteAsync(item.Payload, cancellationToken).ConfigureAwait(false);
                    options.Progress?.Report(_bytes);
                }
            }

            if (path is null)
                return;
            if (Directory.Exists(path))
            {
                File.Delete(partial!);
                Skip(entry.Path, "a folder of that name is here");
                return;
            }

            // Permissions for the owner as in the guest; never set-user-id, never more for others than this machine's mask gives.
            if (!OperatingSystem.IsWindows() && (entry.Mode & 0x40) != 0)
                File.SetUnixFileMode(partial!, File.GetUnixFileMode(partial!) | UnixFileMode.UserExecute);
            // A rename replaces a link itself and follows none.
            File.Move(partial!, path, overwrite: true);
            _files++;
        }
        catch
        {
            if (partial is not null)
                File.Delete(partial);
            throw;
        }
    }

    private static async Task<Exception> CutAsync(GuestStream stream)
    {
        Close close = await stream.Closed.ConfigureAwait(false);
        return close.Status is { Code: not Code.Ok } status ? GuestException.Of(status) : GuestException.Violation("a tree that ends in the midst of a file");
    }

    private void Skip(string path, string reason)
    {
        if (_skipped.Count < MaxNamed)
            _skipped.Add($"{GuestText.Clean(path, 256)}: {reason}");
    }
}
