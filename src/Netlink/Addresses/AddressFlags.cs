namespace Netlink;

/// <summary>The state of an address: IFA_F_* of linux/if_addr.h.</summary>
[Flags]
public enum AddressFlags : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>IFA_F_SECONDARY: another address of the link is of the same network; for IPv6, a temporary address.</summary>
    Secondary = 0x1,

    /// <summary>IFA_F_NODAD: used without asking first whether somebody else has it.</summary>
    NoDuplicateDetection = 0x2,

    /// <summary>IFA_F_OPTIMISTIC.</summary>
    Optimistic = 0x4,

    /// <summary>IFA_F_DADFAILED: somebody else has it.</summary>
    DuplicateFound = 0x8,

    /// <summary>IFA_F_HOMEADDRESS.</summary>
    HomeAddress = 0x10,

    /// <summary>IFA_F_DEPRECATED: its preferred lifetime is over.</summary>
    Deprecated = 0x20,

    /// <summary>IFA_F_TENTATIVE: it is not yet known whether somebody else has it.</summary>
    Tentative = 0x40,

    /// <summary>IFA_F_PERMANENT: its lifetime has no end.</summary>
    Permanent = 0x80,

    /// <summary>IFA_F_MANAGETEMPADDR.</summary>
    ManageTemporary = 0x100,

    /// <summary>IFA_F_NOPREFIXROUTE: no route to its network is made.</summary>
    NoPrefixRoute = 0x200,

    /// <summary>IFA_F_MCAUTOJOIN.</summary>
    MulticastAutoJoin = 0x400,

    /// <summary>IFA_F_STABLE_PRIVACY.</summary>
    StablePrivacy = 0x800,
}
