namespace Netlink;

/// <summary>What a link can do now: IF_OPER_* of linux/if.h (RFC 2863).</summary>
public enum LinkOperationalState
{
    /// <summary>The driver does not say.</summary>
    Unknown,

    /// <summary>A part of it is missing.</summary>
    NotPresent,

    /// <summary>It cannot carry packets.</summary>
    Down,

    /// <summary>A link that it stands on is down.</summary>
    LowerLayerDown,

    /// <summary>It is being tested.</summary>
    Testing,

    /// <summary>It waits for something outside, such as authentication.</summary>
    Dormant,

    /// <summary>It carries packets.</summary>
    Up,
}
