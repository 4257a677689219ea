using Netlink.Messages;
using static Netlink.Constants.LinkAttributes;

namespace Netlink;

/// <summary>The packets of one VLAN of another link (IEEE 802.1Q).</summary>
public sealed record Vlan : LinkKind
{
    internal const string KindName = "vlan";

    /// <summary>The link whose packets they are (IFLA_LINK). Not read: see <see cref="Link.ParentIndex"/>.</summary>
    public LinkId Parent { get; init; }

    /// <summary>The VLAN, 0 to 4094 (IFLA_VLAN_ID).</summary>
    public required ushort Id { get; init; }

    /// <summary>The protocol (IFLA_VLAN_PROTOCOL): 0x8100 for 802.1Q, the default, 0x88A8 for 802.1ad.</summary>
    public ushort? Protocol { get; init; }

    /// <inheritdoc/>
    public override string Name => KindName;

    internal override string KernelOption => "CONFIG_VLAN_8021Q";

    internal static Vlan ReadOptions(AttributeReader options)
    {
        ushort id = 0;
        ushort? protocol = null;
        while (options.Read())
        {
            if (options.Type == IFLA_VLAN_ID)
                id = options.UInt16;
            else if (options.Type == IFLA_VLAN_PROTOCOL)
                protocol = options.UInt16BigEndian;
        }
        return new Vlan { Id = id, Protocol = protocol };
    }

    internal override void WriteLink(NetlinkRequest request)
    {
        if (!Parent.IsNone)
            request.AddLink(IFLA_LINK, Parent);
    }

    private protected override void WriteOptions(NetlinkRequest request)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Id, 4094, nameof(Id));
        request.AddUInt16(IFLA_VLAN_ID, Id);
        if (Protocol is { } protocol)
            request.AddUInt16BigEndian(IFLA_VLAN_PROTOCOL, protocol);
    }
}
