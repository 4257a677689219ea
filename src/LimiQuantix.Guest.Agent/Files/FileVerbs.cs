using System.Text;
using LimiQuantix.Guest.Agent.Native;
using LimiQuantix.Guest.Agent.Sessions;
using LimiQuantix.Guest.Protos;

namespace LimiQuantix.Guest.Agent.Files;

/// <summary>Stat, list, attributes, removal, folders.</summary>
internal static unsafe class FileVerbs
{
    private const int MaxDepth = 256;

    public static FileEntry Stat(StatRequest request) => Entry(Flags.CurrentFolder, Checked(request.Path), request.Path, request.FollowLinks, names: true);

    public static Close List(WorkStream stream, ListRequest request)
    {
        int fd = OpenFolder(Flags.CurrentFolder, Checked(request.Path), follow: true);
        int copy = Libc.Control(fd, 1030, 3);
        int sent = 0;
        try
        {
            foreach (string name in FileDescriptor.Names(copy))
            {
                if (sent++ >= request.Limit)
                    throw new AgentException(Code.Limit, $"{request.Path} holds more than {request.Limit} entries");
                FileEntry entry;
                try
                {
                    entry = Entry(fd, name, name, follow: false, names: true);
                }
                catch (AgentException e) when (e.Code == Code.NotFound)
                {
                    // Removed while the folder was read.
                    continue;
                }

                stream.Send(new Message { Entry = entry });
            }

            stream.End();
            return new Close();
        }
        finally
        {
            _ = Libc.Close(fd);
        }
    }

    public static Close SetAttributes(SetAttributesRequest request)
    {
        string path = Checked(request.Path);
        if (request.Owner.Length > 0 || request.Group.Length > 0)
        {
            uint user = request.Owner.Length > 0 ? Accounts.UserId(request.Owner) : uint.MaxValue;
            uint group = request.Group.Length > 0 ? Accounts.GroupId(request.Group) : uint.MaxValue;
            if (Libc.ChangeOwnerAt(Flags.CurrentFolder, path, user, group, Flags.NoFollowAt) < 0)
                throw AgentException.Last(path);
        }

        if (request.HasMode && Libc.ChangeMode(path, request.Mode & 0xFFF) < 0)
            throw AgentException.Last(path);
        return new Close();
    }

    public static Close MakeDirectory(MakeDirectoryRequest request)
    {
        string path = Checked(request.Path);
        uint mode = request.HasMode ? request.Mode & 0xFFF : 0x1ED;
        if (request.Parents)
        {
            string current = "";
            string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
            foreach (string part in parts)
            {
                current += "/" + part;
                if (Libc.MakeDirectoryAt(Flags.CurrentFolder, current, current.Length == path.TrimEnd('/').Length ? mode : 0x1EDu) < 0 && Errno.Last != Errno.Exists)
                    throw AgentException.Last(current);
            }

            if ((FileDescriptor.Facts(Flags.CurrentFolder, path, follow: true).Mode & 0xF000) != 0x4000)
                throw new AgentException(Code.Exists, $"{path} is there and no folder");
        }
        else if (Libc.MakeDirectoryAt(Flags.CurrentFolder, path, mode) < 0)
        {
            throw AgentException.Last(path);
        }

        if (request.HasMode && Libc.ChangeMode(path, mode) < 0)
            throw AgentException.Last(path);
        return new Close();
    }

    public static Close Remove(WorkStream stream, RemoveRequest request)
    {
        string path = Checked(request.Path);
        if (path.TrimEnd('/').Length == 0)
            throw new AgentException(Code.Invalid, "/ is not removed");
        try
        {
            if (request.Recursive)
                RemoveTree(Flags.CurrentFolder, path, stream);
            else
                RemoveOne(path);
        }
        catch (AgentException e) when (request.IgnoreMissing && e.Errno == "ENOENT")
        {
        }

        return new Close();
    }

    /// <summary>Removes below an open folder, following no link.</summary>
    public static void RemoveTree(int folder, string name, WorkStream? stream, int depth = 0)
    {
        if (depth > MaxDepth)
            throw new AgentException(Code.Limit, $"more than {MaxDepth} folders deep");
        stream?.ThrowIfCancelled();
        if (Libc.UnlinkAt(folder, name, 0) == 0)
            return;
        int error = Errno.Last;
        if (error is not (Errno.IsFolder or Errno.NotPermitted))
            throw new AgentException(error, name);
        int fd = OpenFolder(folder, name, follow: false);
        foreach (string inner in FileDescriptor.Names(Libc.Control(fd, 1030, 3)).ToList())
            RemoveTree(fd, inner, stream, depth + 1);
        _ = Libc.Close(fd);
        if (Libc.UnlinkAt(folder, name, Flags.RemoveFolder) < 0)
            throw AgentException.Last(name);
    }

    /// <summary>What is at a name below an open folder.</summary>
    /// <param name="folder">The folder, or <see cref="Flags.CurrentFolder"/>.</param>
    /// <param name="name">Its name there.</param>
    /// <param name="path">The path that is told.</param>
    /// <param name="follow">Whether a link is followed.</param>
    /// <param name="names">Whether owner and group are told by name too.</param>
    public static FileEntry Entry(int folder, string name, string path, bool follow, bool names)
    {
        Libc.FileFacts facts = FileDescriptor.Facts(folder, name, follow);
        FileEntry entry = new()
        {
            Path = path,
            Type = TypeOf(facts.Mode),
            Size = facts.Size,
            Mode = facts.Mode & 0xFFFu,
            Uid = facts.User,
            Gid = facts.Group,
            ModifiedUnixMs = (facts.ModifiedSeconds * 1000) + (facts.ModifiedNanoseconds / 1_000_000),
        };
        if (names)
        {
            entry.Owner = Accounts.UserName(facts.User);
            entry.Group = Accounts.GroupName(facts.Group);
        }

        if (entry.Type == FileType.Symlink)
            entry.LinkTarget = LinkTarget(folder, name);
        return entry;
    }

    public static FileType TypeOf(ushort mode) => (mode & 0xF000) switch
    {
        0x8000 => FileType.Regular,
        0x4000 => FileType.Directory,
        0xA000 => FileType.Symlink,
        0x1000 => FileType.Fifo,
        0xC000 => FileType.Socket,
        0x2000 => FileType.CharacterDevice,
        0x6000 => FileType.BlockDevice,
        _ => FileType.Unknown,
    };

    public static int OpenFolder(int folder, string name, bool follow)
    {
        int fd = Libc.OpenAt(folder, name, Flags.ReadOnly | Flags.Directory | Flags.CloseOnExec | (follow ? 0 : Flags.NoFollow), 0);
        return fd < 0 ? throw AgentException.Last(name) : fd;
    }

    /// <summary>A path as it may be used: absolute and without NUL.</summary>
    public static string Checked(string path) => path.Length is 0 or > 4096 || path[0] != '/' || path.Contains('\0', StringComparison.Ordinal)
        ? throw new AgentException(Code.Invalid, "a path is absolute and has at most 4096 characters")
        : path;

    private static void RemoveOne(string path)
    {
        if (Libc.UnlinkAt(Flags.CurrentFolder, path, 0) == 0)
            return;
        int error = Errno.Last;
        if (error is not (Errno.IsFolder or Errno.NotPermitted))
            throw new AgentException(error, path);
        if (Libc.UnlinkAt(Flags.CurrentFolder, path, Flags.RemoveFolder) < 0)
            throw AgentException.Last(path);
    }

    private static string LinkTarget(int folder, string name)
    {
        byte* buffer = stackalloc byte[4096];
        nint length = Libc.ReadLinkAt(folder, name, buffer, 4096);
        return length < 0 ? "" : Encoding.UTF8.GetString(buffer, (int)length);
    }
}
