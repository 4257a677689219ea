using System.Net;

namespace Netlink;

/// <summary>An IP address of a link (struct ifaddrmsg and IFA_* of linux/if_addr.h).</summary>
public sealed record LinkAddress
{
    /// <summary>The link that has it.</summary>
    public required LinkId Link { get; init; }

    /// <summary>The address (IFA_LOCAL for IPv4, IFA_ADDRESS for IPv6).</summary>
    public required IPAddress Address { get; init; }

    /// <summary>How many bits of it are the network's.</summary>
    public required int PrefixLength { get; init; }

    /// <summary>The address of the other end (IFA_ADDRESS where it differs from IFA_LOCAL), whose network <see cref="PrefixLength"/> then means.</summary>
    public IPAddress? Peer { get; init; }

    /// <summary>The broadcast address (IFA_BROADCAST), IPv4.</summary>
    public IPAddress? Broadcast { get; init; }

    /// <summary>A name for it that begins with the link's (IFA_LABEL), IPv4. The kernel's choice is the link's name.</summary>
    public string? Label { get; init; }

    /// <summary>How far it means anything; for a new IPv6 address the kernel sees for itself.</summary>
    public RouteScope Scope { get; init; }

    /// <summary>Its state (IFA_FLAGS).</summary>
    public AddressFlags Flags { get; init; }

    /// <summary>How long it is valid from now, in whole seconds; null for ever.</summary>
    public TimeSpan? ValidLifetime { get; init; }

    /// <summary>How long new connections use it from now, in whole seconds; null for ever.</summary>
    public TimeSpan? PreferredLifetime { get; init; }

    /// <summary>The metric of the route to its network (IFA_RT_PRIORITY); null for the kernel's.</summary>
    public uint? Metric { get; init; }
}
