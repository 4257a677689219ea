using LimiQuantix.Guest.Agent.Execs;
using LimiQuantix.Guest.Agent.Native;
using LimiQuantix.Guest.Agent.Sessions;
using LimiQuantix.Guest.Protos;

namespace LimiQuantix.Guest.Agent.FileSystems;

/// <summary>Trim and growth.</summary>
internal static unsafe class Disks
{
    private const int ToolPatience = 300_000;

    public static TrimResult Trim(WorkStream stream, TrimRequest request)
    {
        TrimResult result = new();
        ulong* range = stackalloc ulong[3];
        foreach (Mounts.Mount mount in Mounts.OnDisks().Where(m => !m.IsReadOnly && (request.Mounts.Count == 0 || request.Mounts.Contains(m.Path))))
        {
            stream.ThrowIfCancelled();
            TrimmedMount trimmed = new() { Path = mount.Path };
            int fd = Libc.Open(mount.Path, Flags.ReadOnly | Flags.Directory | Flags.CloseOnExec, 0);
            (range[0], range[1], range[2]) = (0, ulong.MaxValue, request.MinimumBytes);
            if (fd < 0 || Libc.Ioctl(fd, Flags.Trim, range) < 0)
                trimmed.Error = Errno.NameOf(Errno.Last);
            else
                trimmed.Bytes = range[1];
            if (fd >= 0)
                _ = Libc.Close(fd);
            result.Mounts.Add(trimmed);
        }

        return result;
    }

    public static GrowResult Grow(GrowRequest request)
    {
        string path = request.Mount.Length == 0 ? "/" : request.Mount;
        Mounts.Mount mount = Mounts.OnDisks().FirstOrDefault(m => m.Path == path) ?? throw new AgentException(Code.NotFound, $"no disk's file system is mounted at {path}");
        GrowResult result = new() { OldBytes = SizeOf(path) };
        List<string> said = [];
        result.PartitionGrown = GrowPartition(mount, said);
        string[] tool = mount.Type switch
        {
            "ext2" or "ext3" or "ext4" => ["resize2fs", mount.Device],
            "xfs" => ["xfs_growfs", path],
            "btrfs" => ["btrfs", "filesystem", "resize", "max", path],
            _ => throw new AgentException(Code.Unimplemented, $"a file system of type {mount.Type} is not grown while it is mounted"),
        };
        (int code, string output) = Tool.Run(tool, ToolPatience);
        said.Add(output.Trim());
        if (code != 0)
            throw new AgentException(Code.Failed, $"{tool[0]} ended with {code}: {output.Trim()}");
        result.NewBytes = SizeOf(path);
        result.Output = string.Join('\n', said);
        return result;
    }

    /// <summary>A partition is grown by growpart (which knows of a backup table at the old end), else by sfdisk.</summary>
    private static bool GrowPartition(Mounts.Mount mount, List<string> said)
    {
        string name = $"/sys/dev/block/{mount.Number}";
        string? number = FileDescriptor.ReadText($"{name}/partition")?.Trim();
        string? device = global::System.IO.Directory.ResolveLinkTarget(name, returnFinalTarget: true)?.FullName;
        if (number is null || device is null)
            return false;
        string disk = $"/dev/{Path.GetFileName(Path.GetDirectoryName(device))}";
        (int code, string output) = Tool.Find("growpart") is not null ? Tool.Run(["growpart", disk, number], ToolPatience)
            : Tool.Run(["sfdisk", "--no-reread", "--force", "-N", number, disk], ToolPatience, ", +\n");
        said.Add(output.Trim());
        // growpart ends with 1 and NOCHANGE when there is nothing to grow.
        if (code != 0 && !output.Contains("NOCHANGE", StringComparison.Ordinal))
            throw new AgentException(Code.Failed, $"growing partition {number} of {disk} ended with {code}: {output.Trim()}");
        if (code == 0 && Tool.Find("partx") is not null)
            Tool.Run(["partx", "-u", disk], ToolPatience);
        return code == 0;
    }

    private static ulong SizeOf(string path)
    {
        ulong* facts = stackalloc ulong[16];
        return Libc.StatFileSystem(path, facts) < 0 ? throw AgentException.Last(path) : facts[1] * facts[2];
    }
}
