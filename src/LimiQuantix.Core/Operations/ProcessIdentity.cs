using System.Diagnostics;
using System.Globalization;

namespace LimiQuantix.Core.Operations;

/// <summary>
/// Which process on which running system: what a second process needs to prove that the first one is dead. A process id alone is reused, and means another process
/// in another namespace or after a restart.
/// </summary>
internal sealed record ProcessIdentity
{
    // After the command's closing bracket in /proc/PID/stat: the state is field 3, the start time field 22 (proc(5)).
    private const int StateField = 0;
    private const int StartField = 19;

    public required int ProcessId { get; init; }

    /// <summary>When it was started, in clock ticks since the system was.</summary>
    public required long StartTicks { get; init; }

    /// <summary>The system's run, from one start to the next.</summary>
    public required string BootId { get; init; }

    /// <summary>The namespace that the process id is one of.</summary>
    public required string PidNamespace { get; init; }

    /// <summary>This process; <see langword="null"/> where the system does not tell.</summary>
    public static ProcessIdentity? Own { get; } = ReadOwn();

    /// <summary>Whether it is certain that the process is no more: this one would see it, and does not.</summary>
    public bool IsProvenDead(ProcessIdentity? seenFrom)
    {
        if (seenFrom is null || seenFrom.BootId != BootId || seenFrom.PidNamespace != PidNamespace) return false;
        try
        {
            var fields = ReadStat(ProcessId);
            if (Start(fields) != StartTicks) return true;
            // Ended, and not yet collected by its parent. A first thread that ended before the others looks the same.
            return fields[StateField] is "Z" or "X" && Directory.GetDirectories($"/proc/{ProcessId}/task").Length <= 1;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            // /proc may hide other users' processes (hidepid); kill(2) tells of them all the same.
            return !Exists(ProcessId);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException)
        {
            // ESRCH, when it goes while it is read, comes as an IOException too: the next look tells.
            return false;
        }
    }

    private static bool Exists(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static ProcessIdentity? ReadOwn()
    {
        if (!OperatingSystem.IsLinux()) return null;
        try
        {
            return new ProcessIdentity
            {
                ProcessId = Environment.ProcessId,
                StartTicks = Start(ReadStat(Environment.ProcessId)),
                BootId = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim(),
                PidNamespace = File.ResolveLinkTarget("/proc/self/ns/pid", returnFinalTarget: false)?.Name ?? throw new IOException("There are no namespaces."),
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    // The command, in brackets, may hold anything.
    private static string[] ReadStat(int processId)
    {
        var stat = File.ReadAllText($"/proc/{processId}/stat");
        return stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    private static long Start(string[] fields) => long.Parse(fields[StartField], CultureInfo.InvariantCulture);
}

/// <summary>Who took the engine's lease last.</summary>
internal sealed record LeaseHolderNote
{
    public required string Holder { get; init; }

    public required long Token { get; init; }

    public ProcessIdentity? Process { get; init; }
}
