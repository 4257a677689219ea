using System.Text;
using LimiQuantix.Guest.Agent.Native;

namespace LimiQuantix.Guest.Agent.Execs;

/// <summary>Small files that are there whole or not at all; they lie on a file system in memory and need no flush.</summary>
internal static class StateFile
{
    /// <exception cref="AgentException">It cannot be written.</exception>
    public static void Write(string folder, string name, string content)
    {
        string partial = $"{folder}/.{name}.new";
        int fd = Libc.Open(partial, Flags.WriteOnly | Flags.Create | Flags.Truncate | Flags.CloseOnExec | Flags.NoFollow, 0x180);
        if (fd < 0)
            throw AgentException.Last(partial);
        try
        {
            FileDescriptor.WriteAll(fd, Encoding.UTF8.GetBytes(content), partial);
        }
        finally
        {
            _ = Libc.Close(fd);
        }

        if (Libc.RenameAt(Flags.CurrentFolder, partial, Flags.CurrentFolder, $"{folder}/{name}") < 0)
            throw AgentException.Last(partial);
    }

    /// <summary>Makes a folder that only root enters, and those above it.</summary>
    public static void MakeFolder(string path)
    {
        string current = "";
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            current += "/" + part;
            if (Libc.MakeDirectoryAt(Flags.CurrentFolder, current, 0x1C0) < 0 && Errno.Last != Errno.Exists)
                throw AgentException.Last(current);
        }
    }
}
