using LimiQuantix.Guest.Agent.Native;
using LimiQuantix.Guest.Agent.Sessions;
using LimiQuantix.Guest.Protos;
using LimiQuantix.Guest.Wire;

namespace LimiQuantix.Guest.Agent.Files;

/// <summary>A tree towards the host: an entry, then for a file its data and an empty message.</summary>
internal static class TreeReading
{
    private const int MaxDepth = 128;
    private const int MaxNamed = 100;

    public static Close Read(WorkStream stream, ReadTreeRequest request)
    {
        int root = FileVerbs.OpenFolder(Flags.CurrentFolder, FileVerbs.Checked(request.Path), follow: true);
        TreeResult result = new();
        try
        {
            ReadFolder(stream, root, "", result, new byte[FrameHeader.DataPayload], 0);
            stream.End();
            return new Close { Tree = result };
        }
        finally
        {
            _ = Libc.Close(root);
        }
    }

    private static void ReadFolder(WorkStream stream, int folder, string prefix, TreeResult result, byte[] buffer, int depth)
    {
        if (depth > MaxDepth)
            throw new AgentException(Code.Limit, $"more than {MaxDepth} folders deep: {prefix}");
        foreach (string name in FileDescriptor.Names(Libc.Control(folder, 1030, 3)).Order(StringComparer.Ordinal).ToList())
        {
            string path = prefix.Length == 0 ? name : $"{prefix}/{name}";
            try
            {
                ReadEntry(stream, folder, name, path, result, buffer, depth);
            }
            catch (AgentException e) when (e.Code is Code.NotFound or Code.PermissionDenied or Code.Invalid)
            {
                Skip(result, $"{path}: {e.Message}");
            }
        }
    }

    private static void ReadEntry(WorkStream stream, int folder, string name, string path, TreeResult result, byte[] buffer, int depth)
    {
        stream.ThrowIfCancelled();
        FileEntry entry = FileVerbs.Entry(folder, name, path, follow: false, names: false);
        if (entry.Type == FileType.Directory)
        {
            int inner = FileVerbs.OpenFolder(folder, name, follow: false);
            try
            {
                stream.Send(new Message { Entry = entry });
                result.Directories++;
                ReadFolder(stream, inner, path, result, buffer, depth + 1);
            }
            finally
            {
                _ = Libc.Close(inner);
            }
        }
        else if (entry.Type == FileType.Regular)
        {
            ReadFile(stream, folder, name, entry, result, buffer);
        }
        else if (entry.Type == FileType.Symlink)
        {
            stream.Send(new Message { Entry = entry });
            result.Links++;
        }
        else
        {
            Skip(result, $"{path}: a {entry.Type}");
        }
    }

    private static void ReadFile(WorkStream stream, int folder, string name, FileEntry entry, TreeResult result, byte[] buffer)
    {
        int fd = FileReading.OpenRegular(folder, name, follow: false);
        try
        {
            stream.Send(new Message { Entry = entry });
            result.Files++;
            int read;
            while ((read = FileDescriptor.Read(fd, buffer)) > 0)
            {
                result.Bytes += (ulong)read;
                stream.Send(buffer.AsSpan(0, read));
            }

            if (read < 0)
                Skip(result, $"{entry.Path}: {Errno.NameOf(Errno.Last)} while it was read");
            stream.Send(new Message());
        }
        finally
        {
            _ = Libc.Close(fd);
        }
    }

    private static void Skip(TreeResult result, string what)
    {
        if (result.Skipped.Count < MaxNamed)
            result.Skipped.Add(what.Length > 400 ? what[..400] : what);
    }
}
