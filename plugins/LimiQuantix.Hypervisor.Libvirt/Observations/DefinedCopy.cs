using System.Xml;
using System.Xml.Linq;

namespace LimiQuantix.Hypervisor.Libvirt.Observations;

/// <summary>A domain as libvirt gave it back right after we defined it, and the version of that libvirt.</summary>
internal sealed record DefinedCopy
{
    public required string LibvirtVersion { get; init; }

    public required XElement Domain { get; init; }

    /// <summary>Reads a copy; <see langword="null"/> when there is none that can be read.</summary>
    public static async Task<DefinedCopy?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            XElement root = XElement.Parse(await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false));
            return root.Element("domain") is { } domain
                ? new DefinedCopy { LibvirtVersion = (string?)root.Attribute("libvirt") ?? "", Domain = domain }
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or XmlException)
        {
            // Without the copy nothing can be compared: no drift is known.
            return null;
        }
    }

    public async Task WriteAsync(string path, CancellationToken cancellationToken)
    {
        var root = new XElement("defined", new XAttribute("libvirt", LibvirtVersion), Domain);
        // A name of its own: another engine may be completing the same machine.
        string beside = $"{path}.{Guid.NewGuid():N}";
        await File.WriteAllTextAsync(beside, root.ToString(SaveOptions.DisableFormatting), cancellationToken).ConfigureAwait(false);
        File.Move(beside, path, overwrite: true);
    }
}
