using LibvirtSharp.Protocol;

namespace LibvirtSharp;

/// <summary>A volume's type and sizes.</summary>
/// <param name="Type">What it is.</param>
/// <param name="CapacityBytes">Its size as a guest sees it.</param>
/// <param name="AllocationBytes">What it takes.</param>
public readonly record struct StorageVolumeInfo(StorageVolType Type, long CapacityBytes, long AllocationBytes)
{
    internal static StorageVolumeInfo FromWire(StorageVolGetInfoRet wire) => new((StorageVolType)wire.Type, WireNumber.From(wire.Capacity), WireNumber.From(wire.Allocation));

    internal static StorageVolumeInfo FromWire(StorageVolGetInfoFlagsRet wire) => new((StorageVolType)wire.Type, WireNumber.From(wire.Capacity), WireNumber.From(wire.Allocation));
}
