using System.Text;
using LimiQuantix.Guest.Agent.Native;

namespace LimiQuantix.Guest.Agent.FileSystems;

/// <summary>What is mounted, from /proc/self/mountinfo (proc_pid_mountinfo(5)), in the order of mounting.</summary>
internal static class Mounts
{
    private static readonly HashSet<string> Network = new(StringComparer.Ordinal)
    {
        "nfs", "nfs4", "cifs", "smb3", "9p", "virtiofs", "ceph", "glusterfs", "afs", "fuse", "fuseblk", "fuse.sshfs", "ocfs2", "gfs2", "lustre",
    };

    /// <summary>File systems on a disk of this machine, each once: of several mounts of one device the first.</summary>
    public static List<Mount> OnDisks()
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        return [.. Parse(FileDescriptor.ReadText("/proc/self/mountinfo") ?? "")
            .Where(m => m.Device.StartsWith("/dev/", StringComparison.Ordinal) && !Network.Contains(m.Type) && seen.Add(m.Number))];
    }

    /// <summary>Reads mountinfo; a line that is none is passed over.</summary>
    public static IEnumerable<Mount> Parse(string text)
    {
        foreach (string line in text.Split('\n'))
        {
            // 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
            string[] words = line.Split(' ');
            int dash = Array.IndexOf(words, "-");
            if (dash < 6 || words.Length < dash + 3)
                continue;
            bool readOnly = words[5].Split(',').Contains("ro") || (words.Length > dash + 3 && words[dash + 3].Split(',').Contains("ro"));
            yield return new Mount(Unescape(words[4]), words[dash + 1], Unescape(words[dash + 2]), words[2], readOnly);
        }
    }

    /// <summary>Blanks and the like stand as a backslash and three octal digits.</summary>
    private static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
            return text;
        StringBuilder plain = new();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 3 < text.Length && text.AsSpan(i + 1, 3).IndexOfAnyExceptInRange('0', '7') < 0)
            {
                plain.Append((char)(((text[i + 1] - '0') * 64) + ((text[i + 2] - '0') * 8) + text[i + 3] - '0'));
                i += 3;
            }
            else
            {
                plain.Append(text[i]);
            }
        }

        return plain.ToString();
    }

    /// <param name="Path">Where it is mounted.</param>
    /// <param name="Type">Its file system.</param>
    /// <param name="Device">Its device.</param>
    /// <param name="Number">Its device's numbers, MAJOR:MINOR.</param>
    /// <param name="IsReadOnly">Whether it takes no writes.</param>
    internal sealed record Mount(string Path, string Type, string Device, string Number, bool IsReadOnly);
}
