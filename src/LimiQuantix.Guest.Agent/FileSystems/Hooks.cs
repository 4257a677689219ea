using LimiQuantix.Guest.Agent.Execs;
using LimiQuantix.Guest.Agent.Native;

namespace LimiQuantix.Guest.Agent.FileSystems;

/// <summary>
/// The guest's own programs around a freeze, called as qemu-guest-agent calls its hook: with <c>freeze</c> or <c>thaw</c>. Those of our folder, in the
/// order of their names, at the thaw in reverse, and qemu-guest-agent's /etc/qemu/fsfreeze-hook. Only what root alone can change is run.
/// </summary>
internal static class Hooks
{
    private const string QgaHook = "/etc/qemu/fsfreeze-hook";
    private const int Patience = 10_000;

    /// <summary>Runs them; what went wrong. At a freeze the first failure ends it, at a thaw all run.</summary>
    public static List<string> Run(string folder, string action)
    {
        List<string> errors = [];
        foreach (string hook in action == "thaw" ? Enumerable.Reverse(Find(folder)) : Find(folder))
        {
            try
            {
                (int code, string output) = Tool.Run([hook, action], Patience);
                if (code != 0)
                    errors.Add($"{hook} {action}: {(code < 0 ? "no end in 10 s" : $"ended with {code}")} {output.Trim()}");
            }
            catch (AgentException e)
            {
                errors.Add(e.Message);
            }

            if (errors.Count > 0 && action == "freeze")
                break;
        }

        return errors;
    }

    private static List<string> Find(string folder)
    {
        List<string> hooks = [];
        if (IsRoots(folder))
        {
            int fd = Libc.Open(folder, Flags.ReadOnly | Flags.Directory | Flags.CloseOnExec, 0);
            if (fd >= 0)
                hooks.AddRange(FileDescriptor.Names(fd).Where(n => n[0] != '.').Select(n => $"{folder}/{n}").Order(StringComparer.Ordinal));
        }

        hooks.Add(QgaHook);
        return [.. hooks.Where(h => IsRoots(h) && Tool.Find(h) is not null)];
    }

    private static bool IsRoots(string path)
    {
        try
        {
            Libc.FileFacts facts = FileDescriptor.Facts(Flags.CurrentFolder, path, follow: true);
            return facts.User == 0 && (facts.Mode & 0x12) == 0;
        }
        catch (AgentException)
        {
            return false;
        }
    }
}
