using System.Runtime.InteropServices;

namespace LimiQuantix.Guest.Client;

/// <summary>
/// Whether something on this machine is a regular file, told without opening it: opening a named pipe waits for its other end. .NET does not say; on
/// Linux statx(2) does, whose answer is the same on every processor.
/// </summary>
internal static unsafe partial class FileKind
{
    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const int ModeOffset = 28;

    public static bool IsRegular(string path)
    {
        if (!OperatingSystem.IsLinux())
            return true;
        byte* facts = stackalloc byte[256];
        return StatX(CurrentFolder, path, NoFollow, 1, facts) == 0 && (*(ushort*)(facts + ModeOffset) & 0xF000) == 0x8000;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, byte* facts);
}
