using System.Runtime.InteropServices;

namespace Netlink;

/// <summary>
/// The kernel refused a request, or it could not be made. Carries the errno, the kernel's own text and attribute of the extended
/// acknowledgement (NLMSGERR_ATTR_* of linux/netlink.h), and the request's name.
/// </summary>
public sealed class NetlinkException : Exception
{
    /// <summary>An error with its kind.</summary>
    public NetlinkException(NetlinkErrorKind kind, string message, Exception? innerException = null)
        : base(message, innerException) => Kind = kind;

    /// <summary>What it means.</summary>
    public NetlinkErrorKind Kind { get; }

    /// <summary>The error number of errno.h, such as 17 for EEXIST; 0 where no call failed with one.</summary>
    public int Errno { get; init; }

    /// <summary>The number's name, such as <c>EEXIST</c>; null where there is none.</summary>
    public string? ErrnoName => Errno == 0 ? null : ErrnoNames.Of(Errno);

    /// <summary>What the kernel said of it in words (NLMSGERR_ATTR_MSG), which many of its refusals lack.</summary>
    public string? KernelMessage { get; init; }

    /// <summary>The request that failed, for instance <c>RTM_NEWLINK vxlan vx100</c>.</summary>
    public string? Request { get; init; }

    /// <summary>The attribute the kernel points at (NLMSGERR_ATTR_OFFS), outermost first, for instance <c>IFLA_LINKINFO/IFLA_INFO_DATA/IFLA_VXLAN_ID</c>.</summary>
    public string? Attribute { get; init; }

    /// <summary>The number of an attribute that the kernel wants and the request lacks (NLMSGERR_ATTR_MISS_TYPE).</summary>
    public int? MissingAttribute { get; init; }

    /// <summary>The nest that lacks it (NLMSGERR_ATTR_MISS_NEST); null for the message itself.</summary>
    public string? MissingAttributeNest { get; init; }

    /// <summary>Which of the requests that were sent together failed, from 0; null when it was sent alone.</summary>
    public int? RequestIndex { get; init; }

    /// <summary>True when the same may succeed later.</summary>
    public bool IsTransient => Kind is NetlinkErrorKind.Busy or NetlinkErrorKind.Interrupted or NetlinkErrorKind.TimedOut or NetlinkErrorKind.Overflow
        || Errno is 4 or 11 or 12; // EINTR, EAGAIN, ENOMEM

    /// <summary>The failure of a call of the system.</summary>
    internal static NetlinkException FromErrno(int errno, string request, string? capability = null, string? subject = null)
    {
        NetlinkErrorKind kind = KindOf(errno);
        string message = $"{request}{(subject is null ? "" : $" {subject}")} failed: {Describe(errno)}";
        if (kind == NetlinkErrorKind.NotPermitted && capability is not null)
            message += $" This needs {capability}.";
        return new NetlinkException(kind, message) { Errno = errno, Request = request };
    }

    internal static NetlinkException Protocol(string message) => new(NetlinkErrorKind.Protocol, message);

    /// <summary>The same failure as one of several requests.</summary>
    internal NetlinkException At(int index) => new(Kind, Message, InnerException)
    {
        Errno = Errno,
        KernelMessage = KernelMessage,
        Request = Request,
        Attribute = Attribute,
        MissingAttribute = MissingAttribute,
        MissingAttributeNest = MissingAttributeNest,
        RequestIndex = index,
    };

    /// <summary>An errno in words, its name in front, with a full stop.</summary>
    internal static string Describe(int errno) => $"{ErrnoNames.Of(errno)}, {Marshal.GetPInvokeErrorMessage(errno)}.";

    internal static NetlinkErrorKind KindOf(int errno) => errno switch
    {
        1 or 13 => NetlinkErrorKind.NotPermitted, // EPERM, EACCES
        2 or 3 or 6 or 19 => NetlinkErrorKind.NotFound, // ENOENT, ESRCH, ENXIO, ENODEV
        17 => NetlinkErrorKind.AlreadyExists, // EEXIST
        16 => NetlinkErrorKind.Busy, // EBUSY
        22 or 34 or 33 or 99 or 101 => NetlinkErrorKind.Invalid, // EINVAL, ERANGE, EDOM, EADDRNOTAVAIL, ENETUNREACH
        93 or 95 or 97 => NetlinkErrorKind.NotSupported, // EPROTONOSUPPORT, EOPNOTSUPP, EAFNOSUPPORT
        105 => NetlinkErrorKind.Overflow, // ENOBUFS
        _ => NetlinkErrorKind.Other,
    };
}
