using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Netlink.Sockets;

namespace Netlink;

/// <summary>
/// A tap or tun that is open: a link whose frames this process, or one that is given the descriptor, reads and writes. It goes when it is
/// disposed, unless it is persistent; that one goes as every link does, with <see cref="LinkOperations.DeleteAsync"/>.
/// </summary>
public sealed class TapDevice : IDisposable
{
    private const string Device = "/dev/net/tun";
    private const string Capability = "CAP_NET_ADMIN, or a persistent tap whose owner the process is";
    private const uint TUNSETIFF = 0x400454CA;
    private const uint TUNSETPERSIST = 0x400454CB;
    private const uint TUNSETOWNER = 0x400454CC;
    private const uint TUNSETGROUP = 0x400454CE;
    private const ushort IFF_TUN = 1;
    private const ushort IFF_TAP = 2;
    private const ushort IFF_MULTI_QUEUE = 0x100;
    private const ushort IFF_NO_PI = 0x1000;
    private const ushort IFF_VNET_HDR = 0x4000;
    private const ushort IFF_TUN_EXCL = 0x8000;

    private TapDevice(SafeFileHandle handle, string name)
    {
        Handle = handle;
        Name = name;
    }

    /// <summary>Its descriptor: each read and write is one frame, as of <c>new FileStream(tap.Handle, FileAccess.ReadWrite, 0)</c>; a read waits for one.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>The name that it was given.</summary>
    public string Name { get; }

    /// <summary>Opens a tap, and makes it when there is none of its name.</summary>
    /// <param name="options">Its name, its owner and what it carries.</param>
    /// <param name="networkNamespace">Where it is to be; null for the namespace of the process's thread.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="NetlinkException">No permission; another program has it open (<see cref="NetlinkErrorKind.Busy"/>); it is of another kind.</exception>
    public static Task<TapDevice> OpenAsync(TapOptions options, NetworkNamespace? networkNamespace = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        LinkName.Check(options.Name, LinkName.MaxBytes, nameof(options.Name));
        return NamespaceThread.RunAsync(networkNamespace, () => Open(options), cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();

    private static unsafe TapDevice Open(TapOptions options)
    {
        int number = Libc.Open(Device, Libc.O_RDWR | Libc.O_CLOEXEC);
        if (number < 0)
            throw Failure("open", Device);
        using var descriptor = new Descriptor(number);
        var request = new InterfaceRequest { Flags = FlagsOf(options) };
        Encoding.UTF8.GetBytes(options.Name, new Span<byte>(request.Name, LinkName.MaxBytes));
        Call(nameof(TUNSETIFF), TUNSETIFF, (nint)(&request));
        string name = Marshal.PtrToStringUTF8((nint)request.Name)!;
        if (options.Owner is { } owner)
            Call(nameof(TUNSETOWNER), TUNSETOWNER, (nint)owner);
        if (options.Group is { } group)
            Call(nameof(TUNSETGROUP), TUNSETGROUP, (nint)group);
        if (options.Persistent)
            Call(nameof(TUNSETPERSIST), TUNSETPERSIST, 1);
        descriptor.SetHandleAsInvalid();
        return new TapDevice(new SafeFileHandle(number, ownsHandle: true), name);

        void Call(string what, uint command, nint argument)
        {
            if (Libc.Control(descriptor, command, argument) != 0)
                throw Failure(what, options.Name);
        }
    }

    private static NetlinkException Failure(string request, string subject)
    {
        int errno = Marshal.GetLastPInvokeError();
        return errno == 2 // ENOENT
            ? new NetlinkException(NetlinkErrorKind.NotSupported, $"{Device} does not exist: this kernel lacks CONFIG_TUN, or its module is not loaded.") { Errno = errno, Request = request }
            : NetlinkException.FromErrno(errno, request, Capability, subject);
    }

    private static ushort FlagsOf(TapOptions options) => (ushort)((options.IpOnly ? IFF_TUN : IFF_TAP) | IFF_NO_PI
        | (options.MultiQueue ? IFF_MULTI_QUEUE : 0) | (options.VirtioHeader ? IFF_VNET_HDR : 0) | (options.Exclusive ? IFF_TUN_EXCL : 0));

    /// <summary>struct ifreq of linux/if.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct InterfaceRequest
    {
        public fixed byte Name[16];
        public ushort Flags;
        public fixed byte Rest[22];
    }
}
