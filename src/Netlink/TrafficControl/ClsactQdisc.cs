namespace Netlink;

/// <summary>Where filters of what a link receives and of what it sends are.</summary>
public sealed record ClsactQdisc : QdiscKind
{
    internal const string KindName = "clsact";

    /// <inheritdoc/>
    public override string Name => KindName;

    internal override string KernelOption => "CONFIG_NET_SCH_INGRESS";

    internal override TrafficHandle Parent => TrafficHandle.IngressParent;

    internal override void WriteOptions(NetlinkRequest request)
    {
    }
}
