using LimiQuantix.Guest.Agent.Native;

namespace LimiQuantix.Guest.Agent.Execs;

/// <summary>A program with all that it started: its scope's control group where it has one, else its process group.</summary>
internal static class ProcessTree
{
    public static void Signal(int process, int signal)
    {
        if (signal == Signals.Kill && TryKillGroup(process))
            return;
        _ = Libc.Kill(-process, signal);
    }

    private static bool TryKillGroup(int process)
    {
        // Version 2 alone: "0::/system.slice/limiquantix-exec-….scope".
        string? line = FileDescriptor.ReadText($"/proc/{process}/cgroup")?.Split('\n').FirstOrDefault(l => l.StartsWith("0::", StringComparison.Ordinal));
        if (line is null || !line.Contains("/limiquantix-exec-", StringComparison.Ordinal))
            return false;
        int fd = Libc.Open($"/sys/fs/cgroup{line[3..]}/cgroup.kill", Flags.WriteOnly | Flags.CloseOnExec, 0);
        if (fd < 0)
            return false;
        bool killed = FileDescriptor.Write(fd, "1"u8) == 1;
        _ = Libc.Close(fd);
        return killed;
    }
}
