using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace LibvirtSharp;

/// <summary>Where a file has data and where it ends, asked from the system (lseek).</summary>
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

    /// <summary>Where it ends; of a device, which has no length, too.</summary>
    public static long End(SafeFileHandle file) => Seek(file, 0, 2);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Seek(SafeFileHandle file, long offset, int whence);
}
