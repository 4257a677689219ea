namespace LibvirtSharp;

/// <summary>A guest's operating system, as its <c>os-release</c> and its kernel call it.</summary>
/// <param name="Id">Its short name, <c>debian</c>.</param>
/// <param name="Name">Its name, <c>Debian GNU/Linux</c>.</param>
/// <param name="PrettyName">Its name and version for people.</param>
/// <param name="Version">Its version, <c>12 (bookworm)</c>.</param>
/// <param name="VersionId">Its version's number, <c>12</c>.</param>
/// <param name="Variant">Its variant, <c>Server Edition</c>.</param>
/// <param name="VariantId">Its variant's short name, <c>server</c>.</param>
/// <param name="KernelRelease">The kernel's release, <c>uname -r</c>.</param>
/// <param name="KernelVersion">The kernel's version, <c>uname -v</c>.</param>
/// <param name="Machine">The hardware's name, <c>x86_64</c>.</param>
public sealed record DomainGuestOperatingSystem(
    string? Id, string? Name, string? PrettyName, string? Version, string? VersionId,
    string? Variant, string? VariantId, string? KernelRelease, string? KernelVersion, string? Machine);
