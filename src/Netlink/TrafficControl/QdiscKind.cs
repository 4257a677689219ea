using Netlink.Messages;

namespace Netlink;

/// <summary>What a queueing discipline does: <see cref="TokenBucket"/>, <see cref="IngressQdisc"/>, <see cref="ClsactQdisc"/> or <see cref="OtherQdisc"/>.</summary>
public abstract record QdiscKind
{
    private protected QdiscKind()
    {
    }

    /// <summary>The kernel's name for it (TCA_KIND).</summary>
    public abstract string Name { get; }

    internal abstract string? KernelOption { get; }

    internal string Feature => $"the queueing discipline '{Name}'{(KernelOption is null ? "" : $" ({KernelOption})")}";

    /// <summary>What it is attached to.</summary>
    internal virtual TrafficHandle Parent => TrafficHandle.Root;

    internal static QdiscKind Read(string name, AttributeReader options) => name switch
    {
        TokenBucket.KindName => TokenBucket.ReadOptions(options),
        IngressQdisc.KindName => new IngressQdisc(),
        ClsactQdisc.KindName => new ClsactQdisc(),
        _ => new OtherQdisc(name),
    };

    /// <summary>Adds TCA_OPTIONS, if it has any.</summary>
    internal abstract void WriteOptions(NetlinkRequest request);
}
