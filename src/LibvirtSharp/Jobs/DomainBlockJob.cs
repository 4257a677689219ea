using LibvirtSharp.Protocol;

namespace LibvirtSharp;

/// <summary>A disk's running job.</summary>
/// <param name="Type">What it does.</param>
/// <param name="BytesPerSecond">Its limit; 0 for none.</param>
/// <param name="Current">How far it is, in no certain unit.</param>
/// <param name="End">Where it ends, in the same unit; it may grow.</param>
public sealed record DomainBlockJob(DomainBlockJobType Type, ulong BytesPerSecond, ulong Current, ulong End)
{
    internal static DomainBlockJob? FromWire(DomainGetBlockJobInfoRet wire) =>
        wire.Found == 0 ? null : new DomainBlockJob((DomainBlockJobType)wire.Type, wire.Bandwidth, wire.Cur, wire.End);
}
