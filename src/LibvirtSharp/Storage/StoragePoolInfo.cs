using LibvirtSharp.Protocol;

namespace LibvirtSharp;

/// <summary>A pool's state and sizes.</summary>
/// <param name="State">Its state.</param>
/// <param name="CapacityBytes">Its size.</param>
/// <param name="AllocationBytes">What is taken.</param>
/// <param name="AvailableBytes">What is free.</param>
public readonly record struct StoragePoolInfo(StoragePoolState State, long CapacityBytes, long AllocationBytes, long AvailableBytes)
{
    internal static StoragePoolInfo FromWire(StoragePoolGetInfoRet wire) =>
        new((StoragePoolState)wire.State, WireNumber.From(wire.Capacity), WireNumber.From(wire.Allocation), WireNumber.From(wire.Available));
}
