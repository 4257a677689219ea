using System.Net;
using System.Text.Json;

namespace LimiQuantix.Hypervisor.Libvirt.Guests;

/// <summary>The addresses in an answer to <c>guest-network-get-interfaces</c>.</summary>
internal static class AgentAddresses
{
    private const int Maximum = 256;

    /// <summary>Reads them, without loopback, link-local and what is no address.</summary>
    public static IReadOnlyList<string> Read(JsonElement interfaces) =>
        [.. Items(interfaces)
            .SelectMany(one => Items(Property(one, "ip-addresses")))
            .Select(address => Property(address, "ip-address"))
            .Where(text => text.ValueKind == JsonValueKind.String)
            .Select(text => IPAddress.TryParse(text.GetString(), out IPAddress? address) ? address : null)
            .OfType<IPAddress>()
            .Where(address => !IPAddress.IsLoopback(address) && !address.IsIPv6LinkLocal && !address.IsIPv6Multicast && !IsLocalOrNone(address))
            .Select(address => address.ToString())
            .Distinct(StringComparer.Ordinal)
            .Take(Maximum)];

    private static bool IsLocalOrNone(IPAddress address) =>
        address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || address.GetAddressBytes() is [169, 254, _, _];

    private static JsonElement.ArrayEnumerator Items(JsonElement element) => element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : default;

    private static JsonElement Property(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) ? value : default;
}
