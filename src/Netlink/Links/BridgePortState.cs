namespace Netlink;

/// <summary>A port's state in the spanning tree: BR_STATE_* of linux/if_bridge.h.</summary>
public enum BridgePortState
{
    /// <summary>It does nothing.</summary>
    Disabled,

    /// <summary>It hears the spanning tree's messages.</summary>
    Listening,

    /// <summary>It learns stations.</summary>
    Learning,

    /// <summary>It forwards.</summary>
    Forwarding,

    /// <summary>It would close a loop.</summary>
    Blocking,
}
