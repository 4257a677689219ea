using LibvirtSharp.Protocol;

namespace LibvirtSharp;

/// <summary>A mounted file system of a guest.</summary>
/// <param name="MountPoint">Where it is mounted.</param>
/// <param name="Name">The device as the guest names it.</param>
/// <param name="Type">The file system's type.</param>
/// <param name="DeviceAliases">The targets of the disks it is on.</param>
public sealed record DomainFileSystem(string MountPoint, string Name, string Type, IReadOnlyList<string> DeviceAliases)
{
    internal static DomainFileSystem FromWire(DomainFSInfo wire) => new(wire.Mountpoint, wire.Name, wire.Fstype, wire.DevAliases);
}
