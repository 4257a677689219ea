using System.Text;

namespace LimiQuantix.Guest.Agent.Native;

/// <summary>Small wholes of system calls on descriptors.</summary>
internal static unsafe class FileDescriptor
{
    /// <summary>read(2), again when interrupted; −1 with <see cref="Errno.Last"/>.</summary>
    public static int Read(int fd, Span<byte> buffer)
    {
        fixed (byte* p = buffer)
        {
            nint read;
            do
            {
                read = Libc.Read(fd, p, buffer.Length);
            }
            while (read < 0 && Errno.Last == Errno.Interrupted);
            return (int)read;
        }
    }

    /// <summary>write(2), again when interrupted; −1 with <see cref="Errno.Last"/>.</summary>
    public static int Write(int fd, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* p = bytes)
        {
            nint written;
            do
            {
                written = Libc.Write(fd, p, bytes.Length);
            }
            while (written < 0 && Errno.Last == Errno.Interrupted);
            return (int)written;
        }
    }

    /// <summary>Writes all to a descriptor that blocks.</summary>
    public static void WriteAll(int fd, ReadOnlySpan<byte> bytes, string what)
    {
        while (bytes.Length > 0)
        {
            int written = Write(fd, bytes);
            if (written < 0)
                throw AgentException.Last(what);
            bytes = bytes[written..];
        }
    }

    /// <summary>A pipe that no child inherits.</summary>
    public static (int Read, int Write) Pipe()
    {
        int* fds = stackalloc int[2];
        return Libc.Pipe(fds, Flags.CloseOnExec) < 0 ? throw AgentException.Last("a pipe") : (fds[0], fds[1]);
    }

    public static void SetNonBlocking(int fd) => Libc.Control(fd, 4, Libc.Control(fd, 3, 0) | Flags.NonBlocking);

    public static void SetCloseOnExec(int fd) => Libc.Control(fd, 2, 1);

    public static Libc.FileFacts Facts(int folder, string path, bool follow)
    {
        Libc.FileFacts facts;
        int flags = (follow ? 0 : Flags.NoFollowAt) | (path.Length == 0 ? Flags.EmptyPath : 0);
        return Libc.StatX(folder, path, flags, 0x7FF, &facts) < 0 ? throw AgentException.Last(path.Length == 0 ? "the file" : path) : facts;
    }

    /// <summary>A small text file such as those of /proc; null when there is none.</summary>
    public static string? ReadText(string path, int most = 1024 * 1024)
    {
        int fd = Libc.Open(path, Flags.ReadOnly | Flags.CloseOnExec | Flags.NonBlocking, 0);
        if (fd < 0)
            return null;
        try
        {
            byte[] buffer = new byte[4096];
            int length = 0;
            while (true)
            {
                int read = Read(fd, buffer.AsSpan(length));
                if (read <= 0)
                    return read < 0 && length == 0 ? null : Encoding.UTF8.GetString(buffer, 0, length);
                length += read;
                if (length == most)
                    return Encoding.UTF8.GetString(buffer, 0, length);
                if (length == buffer.Length)
                    Array.Resize(ref buffer, Math.Min(buffer.Length * 2, most));
            }
        }
        finally
        {
            _ = Libc.Close(fd);
        }
    }

    /// <summary>The names in an open folder, without . and .. ; the descriptor is used up.</summary>
    public static IEnumerable<string> Names(int fd)
    {
        nint directory = Libc.OpenDirectory(fd);
        if (directory == 0)
        {
            int error = Errno.Last;
            _ = Libc.Close(fd);
            throw new AgentException(error, "the folder");
        }

        try
        {
            while (Next(directory) is { } name)
            {
                if (name is not ("." or ".."))
                    yield return name;
            }
        }
        finally
        {
            _ = Libc.CloseDirectory(directory);
        }
    }

    /// <summary>struct dirent: the name begins after inode, offset, length and type.</summary>
    private static string? Next(nint directory)
    {
        byte* entry = Libc.ReadDirectory(directory);
        return entry == null ? null : Text(entry + 19);
    }

    public static string Text(byte* text)
    {
        int length = 0;
        while (text[length] != 0)
            length++;
        return Encoding.UTF8.GetString(text, length);
    }
}
