using LibvirtSharp.Protocol;

namespace LibvirtSharp;

/// <summary>A network interface's counters since the domain's start; -1 where the host has none.</summary>
/// <param name="ReceivedBytes">Bytes received by the guest.</param>
/// <param name="ReceivedPackets">Packets received.</param>
/// <param name="ReceiveErrors">Errors.</param>
/// <param name="ReceiveDrops">Packets dropped.</param>
/// <param name="SentBytes">Bytes sent by the guest.</param>
/// <param name="SentPackets">Packets sent.</param>
/// <param name="SendErrors">Errors.</param>
/// <param name="SendDrops">Packets dropped.</param>
public readonly record struct DomainInterfaceStatistics(long ReceivedBytes, long ReceivedPackets, long ReceiveErrors, long ReceiveDrops, long SentBytes, long SentPackets, long SendErrors, long SendDrops)
{
    internal static DomainInterfaceStatistics FromWire(DomainInterfaceStatsRet wire) =>
        new(wire.RxBytes, wire.RxPackets, wire.RxErrs, wire.RxDrop, wire.TxBytes, wire.TxPackets, wire.TxErrs, wire.TxDrop);
}
