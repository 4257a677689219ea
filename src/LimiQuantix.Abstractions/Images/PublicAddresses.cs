using System.Net;
using System.Net.Sockets;

namespace LimiQuantix.Images;

/// <summary>
/// Tells public addresses from all others, for sources that connect to where somebody's location says. Check the address that is connected to, after
/// the name look-up: a name that resolves to something else a moment later then gains nothing.
/// </summary>
public static class PublicAddresses
{
    // RFC 6890 and the registries it started: what is not globally reachable, or is not one host.
    private static readonly IPNetwork[] NotPublic =
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.0.0.0/24"), IPNetwork.Parse("192.0.2.0/24"),
        IPNetwork.Parse("192.88.99.0/24"), IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("198.18.0.0/15"), IPNetwork.Parse("198.51.100.0/24"),
        IPNetwork.Parse("203.0.113.0/24"), IPNetwork.Parse("224.0.0.0/3"),
    ];

    // Of IPv6 only 2000::/3 is given out; in it, the ways to reach IPv4 by another name and the ranges for documents are not hosts.
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork[] NotPublicV6 =
        [IPNetwork.Parse("2001::/23"), IPNetwork.Parse("2001:db8::/32"), IPNetwork.Parse("2002::/16"), IPNetwork.Parse("3fff::/20")];

    /// <summary>
    /// Whether an address is public: not loopback, private (RFC 1918, RFC 4193), carrier (RFC 6598), link-local, multicast or otherwise special, also
    /// when an IPv4 address is written as an IPv6 one.
    /// </summary>
    /// <param name="address">The address.</param>
    public static bool Contains(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetwork
            ? !NotPublic.Any(network => network.Contains(address))
            : GlobalUnicast.Contains(address) && !NotPublicV6.Any(network => network.Contains(address));
    }

    /// <summary>
    /// Whether a location's host can be seen not to be public without asking anybody: such an address itself, or a name of this machine. That it cannot
    /// be seen says nothing.
    /// </summary>
    /// <param name="host">A host name, or an address with or without brackets.</param>
    public static bool IsKnownNotPublic(string host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var name = host.TrimEnd('.');
        if (name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)) return true;
        return IPAddress.TryParse(name.Trim('[', ']'), out var address) && !Contains(address);
    }

    /// <summary>Gives a host's public addresses. Connect to these, not to the name.</summary>
    /// <param name="host">A host name or an address.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.PermissionDenied"/>: it has none.</exception>
    /// <exception cref="SocketException">The look-up failed.</exception>
    public static async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(host);
        var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<IPAddress> found = [.. addresses.Where(Contains)];
        return found.Count > 0 ? found : throw NotPublicError(host);
    }

    /// <summary>The refusal of a host that is not public.</summary>
    /// <param name="host">The host, as the location has it.</param>
    public static LimiQuantixException NotPublicError(string host) => new(
        ErrorCodes.PermissionDenied,
        $"{host} is not a public address, and this caller's locations may reach no others.",
        $"Give a public location; or allow the caller '{Actions.ImagesImportPrivate}' in the host's authorizer, and private addresses in the source's options.",
        host);
}
