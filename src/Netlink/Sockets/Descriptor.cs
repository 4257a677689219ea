using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Netlink.Sockets;

/// <summary>A file descriptor that is closed once nobody uses it.</summary>
internal sealed class Descriptor : SafeHandleMinusOneIsInvalid
{
    public Descriptor()
        : base(ownsHandle: true)
    {
    }

    public Descriptor(int descriptor)
        : base(ownsHandle: true) => SetHandle(descriptor);

    /// <param name="descriptor">What a call returned: -1 when it failed.</param>
    /// <param name="request">The call's name.</param>
    public static Descriptor Checked(int descriptor, string request) =>
        descriptor >= 0 ? new Descriptor(descriptor) : throw NetlinkException.FromErrno(Marshal.GetLastPInvokeError(), request);

    protected override bool ReleaseHandle() => Libc.Close((int)handle) == 0;
}
