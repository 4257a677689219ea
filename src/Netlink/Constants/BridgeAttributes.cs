namespace Netlink.Constants;

/// <summary>Attributes of bridges and of their ports: linux/if_link.h.</summary>
internal static class BridgeAttributes
{
    public const ushort IFLA_BR_FORWARD_DELAY = 1;
    public const ushort IFLA_BR_HELLO_TIME = 2;
    public const ushort IFLA_BR_MAX_AGE = 3;
    public const ushort IFLA_BR_AGEING_TIME = 4;
    public const ushort IFLA_BR_STP_STATE = 5;
    public const ushort IFLA_BR_PRIORITY = 6;
    public const ushort IFLA_BR_VLAN_FILTERING = 7;
    public const ushort IFLA_BR_GROUP_FWD_MASK = 9;
    public const ushort IFLA_BR_BRIDGE_ID = 11;
    public const ushort IFLA_BR_FDB_FLUSH = 21;
    public const ushort IFLA_BR_MCAST_SNOOPING = 23;
    public const ushort IFLA_BR_MCAST_QUERIER = 25;
    public const ushort IFLA_BR_NF_CALL_IPTABLES = 36;
    public const ushort IFLA_BR_NF_CALL_IP6TABLES = 37;
    public const ushort IFLA_BR_NF_CALL_ARPTABLES = 38;
    public const ushort IFLA_BR_VLAN_DEFAULT_PVID = 39;
    public const ushort IFLA_BRPORT_STATE = 1;
    public const ushort IFLA_BRPORT_PRIORITY = 2;
    public const ushort IFLA_BRPORT_COST = 3;
    public const ushort IFLA_BRPORT_MODE = 4;
    public const ushort IFLA_BRPORT_GUARD = 5;
    public const ushort IFLA_BRPORT_PROTECT = 6;
    public const ushort IFLA_BRPORT_FAST_LEAVE = 7;
    public const ushort IFLA_BRPORT_LEARNING = 8;
    public const ushort IFLA_BRPORT_UNICAST_FLOOD = 9;
    public const ushort IFLA_BRPORT_PROXYARP = 10;
    public const ushort IFLA_BRPORT_MCAST_FLOOD = 27;
    public const ushort IFLA_BRPORT_MCAST_TO_UCAST = 28;
    public const ushort IFLA_BRPORT_VLAN_TUNNEL = 29;
    public const ushort IFLA_BRPORT_BCAST_FLOOD = 30;
    public const ushort IFLA_BRPORT_GROUP_FWD_MASK = 31;
    public const ushort IFLA_BRPORT_NEIGH_SUPPRESS = 32;
    public const ushort IFLA_BRPORT_ISOLATED = 33;
    public const ushort IFLA_BRPORT_LOCKED = 39;
    public const ushort IFLA_BRPORT_FLUSH = 24;
    public const ushort IFLA_BRPORT_MULTICAST_ROUTER = 25;
}
