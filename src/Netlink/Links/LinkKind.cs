using Netlink.Messages;
using static Netlink.Constants.LinkAttributes;

namespace Netlink;

/// <summary>
/// What a link is, with its options (IFLA_LINKINFO of linux/if_link.h): <see cref="Bridge"/>, <see cref="Vxlan"/>, <see cref="Veth"/>,
/// <see cref="Vlan"/>, <see cref="Macvlan"/>, <see cref="Dummy"/>, <see cref="Ifb"/>, <see cref="Tun"/> or <see cref="OtherLinkKind"/>. Read from the
/// kernel, its options are filled; given to it, what is null is the kernel's choice.
/// </summary>
public abstract record LinkKind
{
    private protected LinkKind()
    {
    }

    /// <summary>The kernel's name for it (IFLA_INFO_KIND).</summary>
    public abstract string Name { get; }

    /// <summary>How a kernel is built to have it.</summary>
    internal abstract string? KernelOption { get; }

    /// <summary>What it names in an error when the kernel does not have it.</summary>
    internal string Feature => $"the link kind '{Name}'{(KernelOption is null ? "" : $" ({KernelOption})")}";

    /// <summary>Writes IFLA_LINKINFO.</summary>
    internal void Write(NetlinkRequest request)
    {
        request.BeginNest(IFLA_LINKINFO).AddString(IFLA_INFO_KIND, Name);
        request.BeginNest(IFLA_INFO_DATA);
        WriteOptions(request);
        request.EndNest().EndNest();
    }

    /// <summary>Adds what belongs to the link itself and not to its kind.</summary>
    internal virtual void WriteLink(NetlinkRequest request)
    {
    }

    /// <summary>A kind from its name and its IFLA_INFO_DATA.</summary>
    internal static LinkKind Read(string name, AttributeReader options) => name switch
    {
        Bridge.KindName => Bridge.ReadOptions(options),
        Vxlan.KindName => Vxlan.ReadOptions(options),
        Veth.KindName => new Veth(),
        Vlan.KindName => Vlan.ReadOptions(options),
        Macvlan.KindName => Macvlan.ReadOptions(options),
        Dummy.KindName => new Dummy(),
        Ifb.KindName => new Ifb(),
        Tun.KindName => Tun.ReadOptions(options),
        _ => new OtherLinkKind(name),
    };

    private protected abstract void WriteOptions(NetlinkRequest request);
}
