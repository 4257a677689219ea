namespace Netlink;

/// <summary>A discipline that this library has no options for, with the kernel's defaults.</summary>
public sealed record OtherQdisc : QdiscKind
{
    /// <summary>A discipline by the kernel's name for it, such as <c>pfifo_fast</c>.</summary>
    public OtherQdisc(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
    }

    /// <inheritdoc/>
    public override string Name { get; }

    internal override string? KernelOption => null;

    internal override void WriteOptions(NetlinkRequest request)
    {
    }
}
