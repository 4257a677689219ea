using System.Globalization;
using System.Runtime.InteropServices;
using Netlink.Sockets;

namespace Netlink;

/// <summary>
/// A network namespace (network_namespaces(7)), held open by a descriptor: it exists at least until this is disposed. Those with a name are
/// the ones of <c>ip netns</c>.
/// </summary>
public sealed class NetworkNamespace : IDisposable
{
    internal const string Folder = "/var/run/netns";
    private const string CurrentPath = "/proc/thread-self/ns/net";
    private const string Capability = "CAP_SYS_ADMIN";
    private const uint NS_GET_NSTYPE = 0xB703; // linux/nsfs.h
    private readonly string? _identity;

    private NetworkNamespace(Descriptor descriptor, string description, string? identity = null)
    {
        Handle = descriptor;
        _identity = identity;
        Description = description;
    }

    /// <summary>Where it was found: its name, its path or its process.</summary>
    public string Description { get; }

    internal Descriptor Handle { get; }

    /// <summary>The namespace that the calling thread is in.</summary>
    public static NetworkNamespace OpenCurrent() =>
        new(OpenPath(CurrentPath).Handle, CurrentPath, File.ResolveLinkTarget(CurrentPath, returnFinalTarget: false)?.Name);

    /// <summary>A namespace by the name that <c>ip netns</c> has for it.</summary>
    /// <exception cref="NetlinkException">
    /// There is none of this name (<see cref="NetlinkErrorKind.NotFound"/>), or only a name that was left over (<see cref="NetlinkErrorKind.Invalid"/>).
    /// </exception>
    public static NetworkNamespace Open(string name) => OpenPath(NamespaceFiles.PathOf(name), name);

    /// <summary>The namespace of a process.</summary>
    public static NetworkNamespace OpenProcess(int processId) =>
        OpenPath(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/ns/net"));

    /// <summary>A namespace by the path of its file.</summary>
    public static NetworkNamespace OpenPath(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!OperatingSystem.IsLinux())
            throw new PlatformNotSupportedException("Network namespaces are Linux's.");
        return OpenPath(path, path);
    }

    /// <summary>The names that <c>ip netns</c> has for namespaces.</summary>
    public static IReadOnlyList<string> ListNames() =>
        Directory.Exists(Folder) ? [.. Directory.EnumerateFiles(Folder).Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal)] : [];

    /// <summary>Makes a namespace with a name, as <c>ip netns add</c> does; <see cref="Delete"/> takes the name away. Needs CAP_SYS_ADMIN.</summary>
    /// <exception cref="NetlinkException">The name is taken (<see cref="NetlinkErrorKind.AlreadyExists"/>).</exception>
    public static Task<NetworkNamespace> CreateAsync(string name, CancellationToken cancellationToken = default)
    {
        string path = NamespaceFiles.PathOf(name);
        return NamespaceThread.RunAsync(
            null,
            () =>
            {
                NamespaceFiles.Create(path, name);
                try
                {
                    Unshare();
                    NamespaceFiles.Bind(path, name);
                    return OpenPath(path, name);
                }
                catch
                {
                    NamespaceFiles.Delete(path, name);
                    throw;
                }
            },
            cancellationToken);
    }

    /// <summary>Makes a namespace without a name. It goes, with the links in it, when it is disposed and nothing else uses it. Needs CAP_SYS_ADMIN.</summary>
    public static Task<NetworkNamespace> CreateAsync(CancellationToken cancellationToken = default) => NamespaceThread.RunAsync(
        null,
        static () =>
        {
            Unshare();
            return OpenPath(CurrentPath, "(unnamed)");
        },
        cancellationToken);

    /// <summary>Takes a namespace's name away, as <c>ip netns delete</c> does. It goes, with the links in it, when nothing uses it any more.</summary>
    /// <returns>False when there is none of this name.</returns>
    public static bool Delete(string name) => NamespaceFiles.Delete(NamespaceFiles.PathOf(name), name);

    /// <summary>
    /// Runs something on a new thread that is in this namespace: opens a socket, starts a process, both of which stay in it. Needs CAP_SYS_ADMIN.
    /// </summary>
    /// <param name="function">
    /// What it awaits would go on elsewhere, and a thread that it starts begins in there: it starts no task.
    /// </param>
    /// <param name="cancellationToken">Gives up the wait, not what runs.</param>
    public Task<T> RunAsync<T>(Func<T> function, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return NamespaceThread.RunAsync(this, function, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();

    /// <inheritdoc/>
    public override string ToString() => Description;

    /// <summary>Moves the calling thread into it, unless it is there: without CAP_SYS_ADMIN it has never left.</summary>
    internal void EnterIfElsewhere()
    {
        if (File.ResolveLinkTarget(CurrentPath, returnFinalTarget: false)?.Name != _identity)
            Enter();
    }

    /// <summary>Moves the calling thread into it.</summary>
    internal void Enter()
    {
        if (Libc.SetNamespace(Handle, Libc.CLONE_NEWNET) != 0)
            throw NetlinkException.FromErrno(Marshal.GetLastPInvokeError(), "setns(CLONE_NEWNET)", Capability, Description);
    }

    private static NetworkNamespace OpenPath(string path, string description)
    {
        int descriptor = Libc.Open(path, Libc.O_RDONLY | Libc.O_CLOEXEC);
        if (descriptor >= 0)
            return Checked(new Descriptor(descriptor), path, description);
        int errno = Marshal.GetLastPInvokeError();
        throw errno == 2
            ? new NetlinkException(NetlinkErrorKind.NotFound, $"There is no network namespace '{description}': {path} does not exist.") { Errno = errno, Request = "open" }
            : NetlinkException.FromErrno(errno, "open", "CAP_SYS_PTRACE over the process, or root", path);
    }

    /// <summary>A deletion that was interrupted may have left a plain file.</summary>
    private static NetworkNamespace Checked(Descriptor descriptor, string path, string description)
    {
        if (Libc.Control(descriptor, NS_GET_NSTYPE, 0) == Libc.CLONE_NEWNET)
            return new NetworkNamespace(descriptor, description);
        descriptor.Dispose();
        throw new NetlinkException(NetlinkErrorKind.Invalid, $"{path} is no network namespace. If it lies in {Folder}, its name is left over and can be deleted.") { Errno = 22, Request = "ioctl(NS_GET_NSTYPE)" };
    }

    private static void Unshare()
    {
        if (Libc.Unshare(Libc.CLONE_NEWNET) != 0)
            throw NetlinkException.FromErrno(Marshal.GetLastPInvokeError(), "unshare(CLONE_NEWNET)", Capability);
    }
}
