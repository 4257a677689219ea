namespace Netlink;

/// <summary>A link that what other links receive is redirected to, so that a queueing discipline can shape it (intermediate functional block).</summary>
public sealed record Ifb : LinkKind
{
    internal const string KindName = "ifb";

    /// <inheritdoc/>
    public override string Name => KindName;

    internal override string KernelOption => "CONFIG_IFB";

    private protected override void WriteOptions(NetlinkRequest request)
    {
    }
}
