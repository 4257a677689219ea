using LibvirtSharp.Protocol;

namespace LibvirtSharp;

/// <summary>A pool's state and sizes.</summary>
/// <param name="State">Its state.</param>
/// <param name="CapacityBytes">Its size.</param>
/// <param name="AllocationBytes">What is taken.</param>
/// <param name="AvailableBytes">What is free.</param>
public readonly record struct StoragePoolInfo(StoragePoolState State, ulong CapacityBytes, ulong AllocationBytes, ulong AvailableBytes)
{
    internal static StoragePoolInfo FromWire(StoragePoolGetInfoRet wire) =>
        new((StoragePoolState)wire.State, wire.Capacity, wire.Allocation, wire.Available);
}
