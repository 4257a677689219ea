using LibvirtSharp.Protocol;

namespace LibvirtSharp;

/// <summary>A disk's counters since the domain's start; -1 where the hypervisor has none.</summary>
/// <param name="ReadRequests">Reads.</param>
/// <param name="ReadBytes">Bytes read.</param>
/// <param name="WriteRequests">Writes.</param>
/// <param name="WriteBytes">Bytes written.</param>
/// <param name="Errors">Errors.</param>
public readonly record struct DomainBlockStatistics(long ReadRequests, long ReadBytes, long WriteRequests, long WriteBytes, long Errors)
{
    internal static DomainBlockStatistics FromWire(DomainBlockStatsRet wire) => new(wire.RdReq, wire.RdBytes, wire.WrReq, wire.WrBytes, wire.Errs);
}
