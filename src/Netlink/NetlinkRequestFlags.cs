namespace Netlink;

/// <summary>What a request wants: NLM_F_* of linux/netlink.h. NLM_F_REQUEST and NLM_F_ACK are added to every request.</summary>
[Flags]
public enum NetlinkRequestFlags
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>NLM_F_ECHO: the kernel answers with what it made.</summary>
    Echo = 0x8,

    /// <summary>NLM_F_DUMP: everything of the kind. For <see cref="RtnetlinkConnection.DumpAsync"/> only, which adds it.</summary>
    Dump = 0x300,

    /// <summary>NLM_F_REPLACE: an existing one is replaced.</summary>
    Replace = 0x100,

    /// <summary>NLM_F_EXCL: it is an error when it exists. With a request that deletes it is NLM_F_BULK: everything that matches (since Linux 5.19).</summary>
    Exclusive = 0x200,

    /// <summary>NLM_F_CREATE: it is made when it does not exist.</summary>
    Create = 0x400,

    /// <summary>NLM_F_APPEND: it is added to those that exist.</summary>
    Append = 0x800,
}
