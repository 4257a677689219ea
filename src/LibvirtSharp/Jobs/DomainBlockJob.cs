using LibvirtSharp.Protocol;

namespace LibvirtSharp;

/// <summary>A disk's running job.</summary>
/// <param name="Type">What it does.</param>
/// <param name="BytesPerSecond">Its limit; 0 for none.</param>
/// <param name="Current">How far it is, in no certain unit.</param>
/// <param name="End">Where it ends, in the same unit; it may grow.</param>
public sealed record DomainBlockJob(DomainBlockJobType Type, long BytesPerSecond, long Current, long End)
{
    internal static DomainBlockJob? FromWire(DomainGetBlockJobInfoRet wire) =>
        wire.Found == 0 ? null : new DomainBlockJob((DomainBlockJobType)wire.Type, WireNumber.From(wire.Bandwidth), WireNumber.From(wire.Cur), WireNumber.From(wire.End));
}
