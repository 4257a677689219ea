using LibvirtSharp.Protocol;

namespace LibvirtSharp;

/// <summary>A disk's sizes.</summary>
/// <param name="CapacityBytes">What the guest sees.</param>
/// <param name="AllocationBytes">The highest allocated extent.</param>
/// <param name="PhysicalBytes">What it takes on the host.</param>
public readonly record struct DomainBlockInfo(long CapacityBytes, long AllocationBytes, long PhysicalBytes)
{
    internal static DomainBlockInfo FromWire(DomainGetBlockInfoRet wire) => new(WireNumber.From(wire.Capacity), WireNumber.From(wire.Allocation), WireNumber.From(wire.Physical));
}
