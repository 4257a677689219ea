using System.Buffers.Binary;
using Google.Protobuf;
using LimiQuantix.Guest.Agent.Native;
using LimiQuantix.Guest.Agent.Sessions;
using LimiQuantix.Guest.Protos;

namespace LimiQuantix.Guest.Agent.Files;

/// <summary>A tree from the host, written below one folder by descriptors: no link in it leads elsewhere, also none made meanwhile.</summary>
internal sealed class TreeWriting
{
    private const int MaxEntry = 16 * 1024;
    private const int MaxDepth = 128;

    private readonly WorkStream _stream;
    private readonly int _root;
    private readonly TreeResult _result = new();
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _at;
    private int _end;

    private TreeWriting(WorkStream stream, int root) => (_stream, _root) = (stream, root);

    public static Close Write(WorkStream stream, WriteTreeRequest request)
    {
        string path = FileVerbs.Checked(request.Path);
        FileVerbs.MakeDirectory(new MakeDirectoryRequest { Path = path, Parents = true });
        int root = FileVerbs.OpenFolder(Flags.CurrentFolder, path, follow: true);
        try
        {
            stream.AcceptInput();
            TreeWriting writing = new(stream, root);
            writing.Run();
            _ = Libc.FlushFileSystem(root);
            return new Close { Tree = writing._result };
        }
        finally
        {
            _ = Libc.Close(root);
        }
    }

    private void Run()
    {
        Span<byte> length = stackalloc byte[4];
        while (Fill(length, mayEnd: true))
        {
            int size = BinaryPrimitives.ReadInt32LittleEndian(length);
            if (size is <= 0 or > MaxEntry)
                throw new AgentException(Code.Invalid, $"an entry of {size} bytes");
            byte[] bytes = new byte[size];
            Fill(bytes, mayEnd: false);
            FileEntry entry;
            try
            {
                entry = FileEntry.Parser.ParseFrom(bytes);
            }
            catch (InvalidProtocolBufferException)
            {
                throw new AgentException(Code.Invalid, "an entry that cannot be read");
            }

            Add(entry);
        }
    }

    private void Add(FileEntry entry)
    {
        string[] parts = entry.Path.Split('/');
        if (parts.Length > MaxDepth || parts.Any(p => p is "" or "." or ".." || p.Contains('\0', StringComparison.Ordinal)))
            throw new AgentException(Code.Invalid, $"'{entry.Path}' is no path below the tree");
        int folder = Descend(parts);
        try
        {
            if (entry.Type == FileType.Directory)
                AddFolder(folder, parts[^1], entry);
            else if (entry.Type == FileType.Regular)
                AddFile(folder, parts[^1], entry);
            else
                throw new AgentException(Code.Invalid, $"'{entry.Path}' is neither file nor folder");
        }
        finally
        {
            if (folder != _root)
                _ = Libc.Close(folder);
        }
    }

    private int Descend(string[] parts)
    {
        int folder = _root;
        foreach (string part in parts[..^1])
        {
            int inner = Libc.OpenAt(folder, part, Flags.ReadOnly | Flags.Directory | Flags.NoFollow | Flags.CloseOnExec, 0);
            int error = Errno.Last;
            if (folder != _root)
                _ = Libc.Close(folder);
            folder = inner < 0 ? throw new AgentException(error, string.Join('/', parts)) : inner;
        }

        return folder;
    }

    private void AddFolder(int folder, string name, FileEntry entry)
    {
        if (Libc.MakeDirectoryAt(folder, name, 0x1ED) < 0 && Errno.Last != Errno.Exists)
            throw AgentException.Last(entry.Path);
        int fd = FileVerbs.OpenFolder(folder, name, follow: false);
        _ = Libc.ChangeMode(fd, entry.Mode & 0x1FF);
        _ = Libc.Close(fd);
        _result.Directories++;
    }

    private void AddFile(int folder, string name, FileEntry entry)
    {
        string partial = $".limiquantix-{Guid.NewGuid():N}.partial";
        int fd = Libc.OpenAt(folder, partial, Flags.WriteOnly | Flags.Create | Flags.Exclusive | Flags.CloseOnExec | Flags.NoFollow, 0x180);
        if (fd < 0)
            throw AgentException.Last(entry.Path);
        try
        {
            ulong left = entry.Size;
            while (left > 0)
            {
                if (_at == _end && !Refill())
                    throw new AgentException(Code.Changed, $"'{entry.Path}' ends {left} bytes early");
                int count = (int)Math.Min((ulong)(_end - _at), left);
                FileDescriptor.WriteAll(fd, _buffer.AsSpan(_at, count), entry.Path);
                _at += count;
                left -= (ulong)count;
                _result.Bytes += (ulong)count;
            }

            if (Libc.ChangeMode(fd, entry.Mode & 0x1FF) < 0 || Libc.RenameAt(folder, partial, folder, name) < 0)
                throw AgentException.Last(entry.Path);
            partial = "";
            _result.Files++;
        }
        finally
        {
            _ = Libc.Close(fd);
            if (partial.Length > 0)
                _ = Libc.UnlinkAt(folder, partial, 0);
        }
    }

    private bool Fill(Span<byte> target, bool mayEnd)
    {
        int filled = 0;
        while (filled < target.Length)
        {
            if (_at == _end && !Refill())
                return filled == 0 && mayEnd ? false : throw new AgentException(Code.Changed, "the tree ends in the midst of an entry");
            int count = Math.Min(_end - _at, target.Length - filled);
            _buffer.AsSpan(_at, count).CopyTo(target[filled..]);
            _at += count;
            filled += count;
        }

        return true;
    }

    private bool Refill()
    {
        _at = 0;
        _end = _stream.Read(_buffer);
        return _end > 0;
    }
}
