namespace Netlink;

/// <summary>Whom a macvlan reaches: MACVLAN_MODE_* of linux/if_link.h.</summary>
public enum MacvlanMode
{
    /// <summary>None of the others on the same link.</summary>
    Private = 1,

    /// <summary>The others, through the switch outside.</summary>
    Vepa = 2,

    /// <summary>The others, directly.</summary>
    Bridge = 4,

    /// <summary>It has the link for itself.</summary>
    Passthru = 8,

    /// <summary>Whom a list allows.</summary>
    Source = 16,
}
