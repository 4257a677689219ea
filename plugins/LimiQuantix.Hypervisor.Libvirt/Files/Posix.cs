using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace LimiQuantix.Hypervisor.Libvirt.Files;

/// <summary>What .NET does not tell or do about a file on Linux: its owner.</summary>
internal static partial class Posix
{
    private const int CurrentFolder = -100;
    private const int ModeTypeAndOwners = 0x1 | 0x2 | 0x8 | 0x10;
    private const uint KeepGroup = uint.MaxValue;

    /// <summary>This process's effective user.</summary>
    public static uint EffectiveUser => GetEffectiveUser();

    /// <summary>A file's owner, group and mode; <see langword="null"/> when it cannot be looked at.</summary>
    public static FileOwner? OwnerOf(string path)
    {
        var buffer = default(StatxBuffer);
        return Statx(CurrentFolder, path, 0, ModeTypeAndOwners, ref buffer) == 0
            ? new FileOwner(buffer.User, buffer.Group, (UnixFileMode)(buffer.Mode & 0xFFF), HasAccessList(path))
            : null;
    }

    /// <summary>Gives a file to a user. Only root can.</summary>
    public static void GiveTo(string path, uint user)
    {
        if (ChangeOwner(path, user, KeepGroup) != 0)
            throw new IOException($"'{path}' could not be given to user {user}: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    /// <summary>Whether this process may read and write a file (a socket: connect to it), by its real user as access(2) says.</summary>
    public static bool MayReadAndWrite(string path) => Access(path, 6) == 0;

    /// <summary>An access list may allow what the mode does not.</summary>
    private static bool HasAccessList(string path) => GetExtendedAttribute(path, "system.posix_acl_access", 0, 0) > 0;

    [LibraryImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint GetEffectiveUser();

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref StatxBuffer buffer);

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ChangeOwner(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "getxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint GetExtendedAttribute(string path, string name, nint value, nuint size);

    /// <summary>struct statx (statx(2)): the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    [SuppressMessage("Style", "IDE0044", Justification = "The kernel writes the fields.")]
    private struct StatxBuffer
    {
        [FieldOffset(20)]
        public uint User;

        [FieldOffset(24)]
        public uint Group;

        [FieldOffset(28)]
        public ushort Mode;
    }
}
