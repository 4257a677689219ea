namespace LibvirtSharp;

/// <summary>A mounted file system of a guest and how full it is.</summary>
/// <param name="MountPoint">Where it is mounted.</param>
/// <param name="Name">The device as the guest names it.</param>
/// <param name="Type">The file system's type.</param>
/// <param name="TotalBytes">Its size.</param>
/// <param name="UsedBytes">What is in use.</param>
public sealed record DomainGuestFileSystem(string MountPoint, string? Name, string? Type, long? TotalBytes, long? UsedBytes);
