using System.Net;
using System.Net.Sockets;
using Netlink.Messages;

namespace Netlink;

/// <summary>IPv4 and IPv6 as rtnetlink numbers them.</summary>
internal static class Families
{
    public static byte Of(IPAddress address) => Of(address.AddressFamily);

    public static byte Of(AddressFamily? family) => family switch
    {
        null or AddressFamily.Unspecified => Headers.AF_UNSPEC,
        AddressFamily.InterNetwork => Headers.AF_INET,
        AddressFamily.InterNetworkV6 => Headers.AF_INET6,
        _ => throw new ArgumentException($"{family} is neither IPv4 nor IPv6.", nameof(family)),
    };

    /// <summary>Whether a message is about IPv4 or IPv6: a dump of all families has those of others, whose addresses are of any length.</summary>
    public static bool IsIp(ReadOnlySpan<byte> payload) => !payload.IsEmpty && payload[0] is (Headers.AF_INET or Headers.AF_INET6);

    public static byte CheckPrefix(IPAddress address, int length, string parameter)
    {
        int most = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        return length >= 0 && length <= most
            ? (byte)length
            : throw new ArgumentOutOfRangeException(parameter, length, $"The prefix of {address} has 0 to {most} bits.");
    }

    public static void CheckSame(IPAddress address, IPAddress? other, string parameter)
    {
        if (other is not null && other.AddressFamily != address.AddressFamily)
            throw new ArgumentException($"{other} is not of the same family as {address}.", parameter);
    }
}
