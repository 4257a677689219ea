using System.Runtime.InteropServices;
using Netlink.Sockets;

namespace Netlink;

/// <summary>The files of ip-netns(8): a namespace is mounted on an empty file, whose name is its own.</summary>
internal static class NamespaceFiles
{
    private const string Capability = "CAP_SYS_ADMIN";

    /// <exception cref="ArgumentException">It is no file's name.</exception>
    public static string PathOf(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return name is "." or ".." || name.Length > 255 || name.AsSpan().IndexOfAny("/\0") >= 0
            ? throw new ArgumentException($"'{name}' is no name of a namespace: one is a file's name, without a slash.", nameof(name))
            : Path.Combine(NetworkNamespace.Folder, name);
    }

    /// <summary>Makes the file, in a folder whose mounts other mount namespaces see.</summary>
    public static void Create(string path, string name)
    {
        try
        {
            Directory.CreateDirectory(NetworkNamespace.Folder);
            using (LockFolder())
                Share();
            using (File.Open(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read))
            {
            }
        }
        catch (IOException) when (File.Exists(path))
        {
            throw new NetlinkException(NetlinkErrorKind.AlreadyExists, $"A network namespace '{name}' exists already.") { Errno = 17, Request = "open" };
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new NetlinkException(NetlinkErrorKind.NotPermitted, $"A network namespace's name is made in {NetworkNamespace.Folder}: this needs root and {Capability}.", exception)
            {
                Errno = 13,
                Request = "open",
            };
        }
    }

    /// <summary>Mounts the calling thread's namespace on the file.</summary>
    public static void Bind(string path, string name)
    {
        if (Libc.Mount("/proc/thread-self/ns/net", path, "none", Libc.MS_BIND, 0) != 0)
            throw NetlinkException.FromErrno(Marshal.GetLastPInvokeError(), "mount(MS_BIND)", Capability, name);
    }

    public static bool Delete(string path, string name)
    {
        if (!File.Exists(path))
            return false;
        // EINVAL: nothing is mounted there.
        if (Libc.Unmount(path, Libc.MNT_DETACH) != 0 && Marshal.GetLastPInvokeError() is not 22 and int errno)
            throw NetlinkException.FromErrno(errno, "umount2(MNT_DETACH)", Capability, name);
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new NetlinkException(NetlinkErrorKind.Other, $"The name of the network namespace '{name}' could not be deleted: {exception.Message}", exception);
        }
        return true;
    }

    /// <summary>As ip(8) does: two that mount the folder at the same time would mount it on itself twice, and again. The lock goes with the descriptor.</summary>
    private static Descriptor LockFolder()
    {
        Descriptor folder = Descriptor.Checked(Libc.Open(NetworkNamespace.Folder, Libc.O_RDONLY | Libc.O_CLOEXEC), "open");
        if (Libc.Lock(folder, Libc.LOCK_EX) == 0)
            return folder;
        folder.Dispose();
        throw NetlinkException.FromErrno(Marshal.GetLastPInvokeError(), "flock", null, NetworkNamespace.Folder);
    }

    private static void Share()
    {
        if (Libc.Mount("", NetworkNamespace.Folder, "none", Libc.MS_SHARED | Libc.MS_REC, 0) == 0)
            return;
        int errno = Marshal.GetLastPInvokeError();
        // EINVAL: it is no mount yet, so it becomes one.
        if (errno == 22 && Libc.Mount(NetworkNamespace.Folder, NetworkNamespace.Folder, "none", Libc.MS_BIND | Libc.MS_REC, 0) == 0
            && Libc.Mount("", NetworkNamespace.Folder, "none", Libc.MS_SHARED | Libc.MS_REC, 0) == 0)
        {
            return;
        }
        throw NetlinkException.FromErrno(errno == 22 ? Marshal.GetLastPInvokeError() : errno, "mount(MS_SHARED)", Capability, NetworkNamespace.Folder);
    }
}
