namespace Netlink;

/// <summary>A kind that this library has no options for. A link of it is made with the kernel's defaults.</summary>
public sealed record OtherLinkKind : LinkKind
{
    /// <summary>A kind by the kernel's name for it, such as <c>vrf</c>.</summary>
    public OtherLinkKind(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
    }

    /// <inheritdoc/>
    public override string Name { get; }

    internal override string? KernelOption => null;

    private protected override void WriteOptions(NetlinkRequest request)
    {
    }
}
