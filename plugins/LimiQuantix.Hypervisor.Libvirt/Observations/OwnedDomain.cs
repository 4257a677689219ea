using System.Xml.Linq;
using LibvirtSharp;

namespace LimiQuantix.Hypervisor.Libvirt.Observations;

/// <summary>A domain that carries this installation's mark.</summary>
internal sealed record OwnedDomain
{
    public required Domain Domain { get; init; }

    /// <summary>Its definition as libvirt has it now.</summary>
    public required XElement Definition { get; init; }

    /// <summary>The digest of the definition it was made from.</summary>
    public required string Digest { get; init; }

    /// <summary>The same without attachments; <see langword="null"/> on a domain of an earlier version.</summary>
    public string? Shape { get; init; }

    /// <summary>What it keeps of the calls that changed it; <see langword="null"/> on a domain of an earlier version.</summary>
    public ProviderMark? Mark { get; init; }

    /// <summary>What the engine asked to be kept with it.</summary>
    public string? Record { get; init; }
}
