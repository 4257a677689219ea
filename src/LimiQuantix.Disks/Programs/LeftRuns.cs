using System.Globalization;
using System.Text;

namespace LimiQuantix.Disks;

/// <summary>
/// Finds the runs whose starter was killed: each has a mark in its environment and, in its arguments, the files that it works on. Where there
/// is no /proc there is nothing to be found.
/// </summary>
internal static class LeftRuns
{
    /// <summary>The mark that every run has in its environment.</summary>
    public const string Mark = "LIMIQUANTIX_DISKS_RUN";

    private const int LongestText = 1 << 20;

    /// <param name="folder">The absolute path of a folder that nobody else works in any more.</param>
    /// <returns>How many were killed.</returns>
    public static int Kill(string folder)
    {
        if (!OperatingSystem.IsLinux())
            return 0;
        string inside = Path.TrimEndingDirectorySeparator(folder) + "/";
        int killed = 0;
        foreach (string process in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out int id) || id == Environment.ProcessId)
                continue;
            if (!Read(process + "/cmdline").Contains(inside, StringComparison.Ordinal) || !Read(process + "/environ").Split('\0').Contains(Mark + "=1"))
                continue;
            // Its group is its own; what else is in it was begun by it.
            if (Native.Kill(-id, Native.KillSignal) != 0)
                _ = Native.Kill(id, Native.KillSignal);
            killed++;
        }
        return killed;
    }

    private static string Read(string path)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            byte[] bytes = new byte[LongestText];
            return Encoding.UTF8.GetString(bytes, 0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // It ended, or is another user's.
        }
    }
}
