namespace LibvirtSharp;

/// <summary>A network interface's counters, from the guest's side, since the domain's start.</summary>
/// <param name="Name">Its name on the host.</param>
/// <param name="ReceivedBytes">Bytes received.</param>
/// <param name="ReceivedPackets">Packets received.</param>
/// <param name="ReceiveErrors">Errors.</param>
/// <param name="ReceiveDrops">Packets dropped.</param>
/// <param name="SentBytes">Bytes sent.</param>
/// <param name="SentPackets">Packets sent.</param>
/// <param name="SendErrors">Errors.</param>
/// <param name="SendDrops">Packets dropped.</param>
public sealed record DomainNetStatistics(
    string Name, long? ReceivedBytes, long? ReceivedPackets, long? ReceiveErrors, long? ReceiveDrops,
    long? SentBytes, long? SentPackets, long? SendErrors, long? SendDrops);
