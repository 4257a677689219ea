using System.Globalization;
using System.Runtime.InteropServices;

namespace LimiQuantix.Core.State.Sqlite;

/// <summary>
/// Tells a file from a copy of it in its place, without opening it: closing any descriptor of a database would drop the locks that SQLite
/// holds on it (POSIX advisory locks are a process's, not a descriptor's).
/// </summary>
internal static partial class FileIdentity
{
    // linux/stat.h: struct statx has 256 bytes on every architecture.
    private const int StatxBytes = 256;
    private const int InodeOffset = 32;
    private const int BirthSecondsOffset = 80;
    private const int BirthNanosecondsOffset = 88;
    private const uint MaskInode = 0x100;
    private const uint MaskBirth = 0x800;
    private const int CurrentDirectory = -100;

    /// <summary>Inode and time of birth as text; where there are none, the time the file was made.</summary>
    public static string Of(string path)
    {
        if (OperatingSystem.IsLinux() && Inode(path) is { } inode) return inode;
        return File.GetCreationTimeUtc(path).Ticks.ToString(CultureInfo.InvariantCulture);
    }

    private static string? Inode(string path)
    {
        var facts = new byte[StatxBytes];
        try
        {
            if (Statx(CurrentDirectory, path, 0, MaskInode | MaskBirth, facts) != 0) return null;
        }
        catch (EntryPointNotFoundException)
        {
            // A C library older than 2018.
            return null;
        }

        // The kernel writes in the machine's own order, which the runtime's is too.
        var mask = Number<uint>(facts, 0);
        if ((mask & MaskInode) == 0) return null;
        var birth = (mask & MaskBirth) != 0 ? $"-{Number<long>(facts, BirthSecondsOffset)}.{Number<uint>(facts, BirthNanosecondsOffset)}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{Number<ulong>(facts, InodeOffset)}{birth}");
    }

    private static T Number<T>(byte[] facts, int offset) where T : struct => MemoryMarshal.Read<T>(facts.AsSpan(offset));

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Statx(int directory, string path, int flags, uint mask, [Out] byte[] facts);
}
