using Netlink.Messages;
using static Netlink.Constants.LinkAttributes;

namespace Netlink;

/// <summary>One end of a pair: what is sent into one is received by the other.</summary>
public sealed record Veth : LinkKind
{
    internal const string KindName = "veth";

    /// <summary>
    /// The other end of a new pair (VETH_INFO_PEER of linux/veth.h), with a name, an address, a size or a namespace of its own; what else it is to be
    /// is set afterwards, and nothing is taken over from this end, its size neither. Null, with a name of the
    /// kernel's choice. Not read: there, <see cref="Link.ParentIndex"/> is the other end.
    /// </summary>
    public LinkSpec? Peer { get; init; }

    /// <inheritdoc/>
    public override string Name => KindName;

    internal override string KernelOption => "CONFIG_VETH";

    private protected override void WriteOptions(NetlinkRequest request)
    {
        if (Peer is null)
            return;
        if (Peer.Kind is not (null or Veth { Peer: null }))
            throw new ArgumentException("The other end of a veth pair is a veth, too: its Kind is null.");
        if (Peer is { Up: true } or { Master: not null } or { Alias: not null })
            throw new ArgumentException("The kernel does not take Up, Master or Alias for the other end of a new veth pair: set them afterwards.");
        request.BeginNest(VETH_INFO_PEER);
        Headers.Link header = LinkRequests.Header(Peer);
        request.AddHeader(header);
        LinkRequests.WriteAttributes(request, Peer);
        request.EndNest();
    }
}
