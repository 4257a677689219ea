using LibvirtSharp.Protocol;

namespace LibvirtSharp;

/// <summary>A disk's sizes.</summary>
/// <param name="CapacityBytes">What the guest sees.</param>
/// <param name="AllocationBytes">The highest allocated extent.</param>
/// <param name="PhysicalBytes">What it takes on the host.</param>
public readonly record struct DomainBlockInfo(ulong CapacityBytes, ulong AllocationBytes, ulong PhysicalBytes)
{
    internal static DomainBlockInfo FromWire(DomainGetBlockInfoRet wire) => new(wire.Capacity, wire.Allocation, wire.Physical);
}
