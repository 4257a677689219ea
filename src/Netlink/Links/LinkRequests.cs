using System.Text;
using Netlink.Messages;
using static Netlink.Constants.LinkAttributes;
using static Netlink.Constants.RtnetlinkMessages;

namespace Netlink;

/// <summary>Writes the requests about links: struct ifinfomsg and IFLA_* of linux/if_link.h.</summary>
internal static class LinkRequests
{
    private const uint RTEXT_FILTER_SKIP_STATS = 8;
    private const int MaxAliasBytes = 255;

    public static NetlinkRequest Get(LinkId link)
    {
        var request = new NetlinkRequest(RTM_GETLINK, NetlinkRequestFlags.None, $"RTM_GETLINK {link}");
        request.AddHeader(new Headers.Link { Index = link.Index });
        if (link.Name is { } name)
            AddName(request, name);
        return request.AddUInt32(IFLA_EXT_MASK, 0);
    }

    public static NetlinkRequest Dump()
    {
        var request = new NetlinkRequest(RTM_GETLINK, NetlinkRequestFlags.None, "RTM_GETLINK (dump)");
        return request.AddHeader(default(Headers.Link)).AddUInt32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
    }

    public static NetlinkRequest Add(LinkSpec link, NetlinkRequestFlags flags)
    {
        ArgumentNullException.ThrowIfNull(link);
        LinkKind kind = link.Kind ?? throw new ArgumentException("A new link needs a Kind, such as new Bridge().", nameof(link));
        if (link.Alias is not null)
            throw new ArgumentException("The kernel takes no Alias with a new link: set it afterwards.", nameof(link));
        var request = new NetlinkRequest(RTM_NEWLINK, flags, $"RTM_NEWLINK {kind.Name} {link.Name ?? "(unnamed)"}") { Feature = kind.Feature };
        request.AddHeader(Header(link));
        WriteAttributes(request, link);
        kind.WriteLink(request);
        kind.Write(request);
        return request;
    }

    public static NetlinkRequest Set(LinkId link, LinkSpec change)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (change.Index is not null)
            throw new ArgumentException("A link's index does not change.", nameof(change));
        var request = new NetlinkRequest(RTM_NEWLINK, NetlinkRequestFlags.None, $"RTM_NEWLINK (change) {link.Required(nameof(link))}") { Feature = change.Kind?.Feature };
        request.AddHeader(Header(change) with { Index = link.Index }).ReferTo(link, Headers.Link.IndexOffset);
        WriteAttributes(request, change);
        change.Kind?.Write(request);
        return request;
    }

    public static NetlinkRequest SetPort(LinkId link, BridgePort port)
    {
        ArgumentNullException.ThrowIfNull(port);
        var request = new NetlinkRequest(RTM_NEWLINK, NetlinkRequestFlags.None, $"RTM_NEWLINK (bridge port) {link.Required(nameof(link))}");
        request.AddHeader(new Headers.Link { Index = link.Index }).ReferTo(link, Headers.Link.IndexOffset);
        request.BeginNest(IFLA_LINKINFO).AddString(IFLA_INFO_SLAVE_KIND, Bridge.KindName).BeginNest(IFLA_INFO_SLAVE_DATA);
        port.Write(request);
        return request.EndNest().EndNest();
    }

    public static NetlinkRequest Delete(LinkId link)
    {
        var request = new NetlinkRequest(RTM_DELLINK, NetlinkRequestFlags.None, $"RTM_DELLINK {link.Required(nameof(link))}");
        return request.AddHeader(new Headers.Link { Index = link.Index }).ReferTo(link, Headers.Link.IndexOffset);
    }

    public static NetlinkRequest AlternativeName(LinkId link, string name, bool add)
    {
        LinkName.Check(name, LinkName.MaxAlternativeBytes, nameof(name));
        ushort type = add ? RTM_NEWLINKPROP : RTM_DELLINKPROP;
        NetlinkRequestFlags flags = add ? NetlinkRequestFlags.Create | NetlinkRequestFlags.Exclusive | NetlinkRequestFlags.Append : NetlinkRequestFlags.None;
        var request = new NetlinkRequest(type, flags, $"{(add ? nameof(RTM_NEWLINKPROP) : nameof(RTM_DELLINKPROP))} {link.Required(nameof(link))} {name}");
        request.AddHeader(new Headers.Link { Index = link.Index }).ReferTo(link, Headers.Link.IndexOffset);
        return request.BeginNest(IFLA_PROP_LIST).AddString(IFLA_ALT_IFNAME, name).EndNest();
    }

    public static Headers.Link Header(LinkSpec link)
    {
        var header = new Headers.Link();
        if (link.Index is { } index)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(index, 1, nameof(link.Index));
            header.Index = index;
        }
        Switch(LinkFlags.Up, link.Up);
        Switch(LinkFlags.Promiscuous, link.Promiscuous);
        Switch(LinkFlags.AllMulticast, link.AllMulticast);
        Switch(LinkFlags.NoArp, !link.Arp);
        return header;

        void Switch(LinkFlags flag, bool? on)
        {
            header.Change |= on is null ? 0 : (uint)flag;
            header.Flags |= on == true ? (uint)flag : 0;
        }
    }

    /// <summary>Adds what a link has of whatever kind.</summary>
    public static void WriteAttributes(NetlinkRequest request, LinkSpec link)
    {
        if (link.Name is { } name)
        {
            LinkName.Check(name, LinkName.MaxBytes, nameof(link.Name));
            request.AddString(IFLA_IFNAME, name);
        }
        if (link.Mtu is { } mtu)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(mtu, nameof(link.Mtu));
            request.AddUInt32(IFLA_MTU, (uint)mtu);
        }
        if (link.Address is { } address)
            request.AddMac(IFLA_ADDRESS, address);
        if (link.Master is { } master)
            request.AddLink(IFLA_MASTER, master);
        if (link.TransmitQueueLength is { } length)
            request.AddUInt32(IFLA_TXQLEN, length);
        if (link.Group is { } group)
            request.AddUInt32(IFLA_GROUP, group);
        if (link.Alias is { } alias)
            AddAlias(request, alias);
        if (link.Namespace is { } target)
            request.AddDescriptor(IFLA_NET_NS_FD, target.Handle);
    }

    private static void AddAlias(NetlinkRequest request, string alias)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(alias);
        if (bytes.Length > MaxAliasBytes)
            throw new ArgumentException($"An Alias has at most {MaxAliasBytes} bytes, not {bytes.Length}.", nameof(alias));
        // Not ended by a NUL, as iproute2 writes it: an empty one takes the alias away.
        request.AddBytes(IFLA_IFALIAS, bytes);
    }

    private static void AddName(NetlinkRequest request, string name)
    {
        if (Encoding.UTF8.GetByteCount(name) <= LinkName.MaxBytes)
            request.AddString(IFLA_IFNAME, name);
        else
            request.AddString(IFLA_ALT_IFNAME, name);
    }
}
