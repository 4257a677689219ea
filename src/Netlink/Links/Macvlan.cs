using Netlink.Messages;
using static Netlink.Constants.LinkAttributes;

namespace Netlink;

/// <summary>A link with an Ethernet address of its own on another link.</summary>
public sealed record Macvlan : LinkKind
{
    internal const string KindName = "macvlan";

    /// <summary>The link it is on (IFLA_LINK). Not read: see <see cref="Link.ParentIndex"/>.</summary>
    public LinkId Parent { get; init; }

    /// <summary>Whom it reaches (IFLA_MACVLAN_MODE).</summary>
    public MacvlanMode? Mode { get; init; }

    /// <inheritdoc/>
    public override string Name => KindName;

    internal override string KernelOption => "CONFIG_MACVLAN";

    internal static Macvlan ReadOptions(AttributeReader options)
    {
        MacvlanMode? mode = null;
        while (options.Read())
        {
            if (options.Type == IFLA_MACVLAN_MODE)
                mode = (MacvlanMode)options.UInt32;
        }
        return new Macvlan { Mode = mode };
    }

    internal override void WriteLink(NetlinkRequest request)
    {
        if (!Parent.IsNone)
            request.AddLink(IFLA_LINK, Parent);
    }

    private protected override void WriteOptions(NetlinkRequest request)
    {
        if (Mode is { } mode)
            request.AddUInt32(IFLA_MACVLAN_MODE, (uint)mode);
    }
}
