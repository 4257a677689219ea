using System.Net.NetworkInformation;
using System.Net.Sockets;
using LimiQuantix.Guest.Agent.Native;
using LimiQuantix.Guest.Protos;
using NetworkInterface = LimiQuantix.Guest.Protos.NetworkInterface;

namespace LimiQuantix.Guest.Agent.Machine;

/// <summary>Interfaces, their addresses and counters; the loopback is left out.</summary>
internal static class Network
{
    public const int MaxInterfaces = 32;
    private const int MaxAddresses = 16;

    public static AddressesResult Addresses()
    {
        AddressesResult result = new();
        (List<NetworkInterface> interfaces, bool truncated) = Interfaces();
        result.Interfaces.AddRange(interfaces);
        result.Truncated = truncated;
        return result;
    }

    public static (List<NetworkInterface> Interfaces, bool Truncated) Interfaces()
    {
        List<NetworkInterface> all = [];
        foreach (var nic in global::System.Net.NetworkInformation.NetworkInterface.GetAllNetworkInterfaces())
        {
            if (nic.NetworkInterfaceType == NetworkInterfaceType.Loopback)
                continue;
            if (all.Count == MaxInterfaces)
                return (all, true);
            all.Add(Read(nic));
        }

        return (all, false);
    }

    private static NetworkInterface Read(global::System.Net.NetworkInformation.NetworkInterface nic)
    {
        string folder = $"/sys/class/net/{nic.Name}";
        ulong Counter(string name) => ProcFiles.Number(FileDescriptor.ReadText($"{folder}/statistics/{name}")?.Trim() ?? "");
        NetworkInterface read = new()
        {
            Name = nic.Name,
            Mac = FileDescriptor.ReadText($"{folder}/address")?.Trim() ?? "",
            Mtu = (uint)ProcFiles.Number(FileDescriptor.ReadText($"{folder}/mtu")?.Trim() ?? ""),
            IsUp = nic.OperationalStatus == OperationalStatus.Up || FileDescriptor.ReadText($"{folder}/operstate")?.Trim() == "up",
            ReceivedBytes = Counter("rx_bytes"),
            SentBytes = Counter("tx_bytes"),
            ReceivedPackets = Counter("rx_packets"),
            SentPackets = Counter("tx_packets"),
            ReceivedErrors = Counter("rx_errors"),
            SentErrors = Counter("tx_errors"),
            ReceivedDrops = Counter("rx_dropped"),
            SentDrops = Counter("tx_dropped"),
        };
        foreach (UnicastIPAddressInformation address in nic.GetIPProperties().UnicastAddresses.Take(MaxAddresses))
        {
            string text = address.Address.ToString();
            // A scope is the guest's own number.
            int scope = address.Address.AddressFamily == AddressFamily.InterNetworkV6 ? text.IndexOf('%', StringComparison.Ordinal) : -1;
            read.Addresses.Add(new Address { Address_ = scope < 0 ? text : text[..scope], Prefix = (uint)address.PrefixLength });
        }

        return read;
    }
}
