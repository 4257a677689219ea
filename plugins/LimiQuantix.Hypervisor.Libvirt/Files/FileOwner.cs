namespace LimiQuantix.Hypervisor.Libvirt.Files;

/// <summary>Whom a file belongs to.</summary>
internal readonly record struct FileOwner(uint User, uint Group, UnixFileMode Mode, bool HasAccessList);
