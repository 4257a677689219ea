namespace Netlink;

/// <summary>A link that drops what is sent.</summary>
public sealed record Dummy : LinkKind
{
    internal const string KindName = "dummy";

    /// <inheritdoc/>
    public override string Name => KindName;

    internal override string KernelOption => "CONFIG_DUMMY";

    private protected override void WriteOptions(NetlinkRequest request)
    {
    }
}
