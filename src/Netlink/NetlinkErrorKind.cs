namespace Netlink;

/// <summary>What a failure means to the caller, whatever its errno.</summary>
public enum NetlinkErrorKind
{
    /// <summary>None of the others: see <see cref="NetlinkException.Errno"/> and the kernel's text.</summary>
    Other,

    /// <summary>EPERM or EACCES: the process lacks a capability, which the message names.</summary>
    NotPermitted,

    /// <summary>The kernel has no such feature: a kind of link, of queueing discipline, of filter, a protocol family. The message names it.</summary>
    NotSupported,

    /// <summary>ENODEV, ENOENT, ESRCH: what the request is about is not there.</summary>
    NotFound,

    /// <summary>EEXIST: it is already there.</summary>
    AlreadyExists,

    /// <summary>EBUSY: it is in use.</summary>
    Busy,

    /// <summary>EINVAL, ERANGE and the like: the kernel does not take the request as it is.</summary>
    Invalid,

    /// <summary>The kernel's tables changed while they were read, again and again (NLM_F_DUMP_INTR).</summary>
    Interrupted,

    /// <summary>The kernel did not answer in time; whether the request took effect is unknown.</summary>
    TimedOut,

    /// <summary>ENOBUFS: answers did not fit into the receive buffer; whether the request took effect is unknown.</summary>
    Overflow,

    /// <summary>What the kernel sent cannot be understood.</summary>
    Protocol,
}
