namespace Netlink;

/// <summary>Where filters of what a link receives are.</summary>
public sealed record IngressQdisc : QdiscKind
{
    internal const string KindName = "ingress";

    /// <inheritdoc/>
    public override string Name => KindName;

    internal override string KernelOption => "CONFIG_NET_SCH_INGRESS";

    internal override TrafficHandle Parent => TrafficHandle.IngressParent;

    internal override void WriteOptions(NetlinkRequest request)
    {
    }
}
