using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace LibvirtSharp;

/// <summary>Where a file has data, asked from the system (lseek with SEEK_DATA).</summary>
[SupportedOSPlatform("linux")]
[SupportedOSPlatform("macos")]
internal static partial class SparseFile
{
    private const int NoSuchAddress = 6; // ENXIO, on both systems: no data to the end

    /// <summary>The next position with data; the end when there is none; the position itself where the file system cannot tell.</summary>
    public static long NextData(SafeFileHandle file, long position, long end)
    {
        long data = Seek(file, position, OperatingSystem.IsMacOS() ? 4 : 3);
        if (data >= 0)
            return data;
        return Marshal.GetLastPInvokeError() == NoSuchAddress ? Math.Max(position, end) : position;
    }

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Seek(SafeFileHandle file, long offset, int whence);
}
