using System.Xml.Linq;
using LibvirtSharp;
using LimiQuantix.Hypervisor.Libvirt.Connections;
using LimiQuantix.Machines;
using LimiQuantix.Plugins;
using LimiQuantix.Storage;

namespace LimiQuantix.Hypervisor.Libvirt.Lifecycle;

/// <summary>
/// The keys of Ceph disks as libvirt secrets, one a volume, with the volume's id as their UUID: libvirt keeps them where only root reads,
/// never gives them out again (private), and hands them to QEMU. They stay out of the domain's XML.
/// </summary>
internal sealed class CephSecrets(ProviderContext context, LibvirtLink link)
{
    public static IEnumerable<Guid> Of(XElement domain) => domain.Descendants("secret")
        .Where(secret => (string?)secret.Attribute("type") == "ceph")
        .Select(secret => Guid.TryParse((string?)secret.Attribute("uuid"), out Guid id) ? id : (Guid?)null)
        .OfType<Guid>();

    /// <summary>Makes or refreshes the secrets of a machine's disks.</summary>
    public async Task EnsureAsync(MachineDefinition definition, CancellationToken cancellationToken)
    {
        foreach (MachineDisk disk in definition.Disks)
        {
            if (disk.Attachment is not RbdDisk { Key: { } reference })
                continue;
            string key = await context.Secrets.ResolveAsync(reference, cancellationToken).ConfigureAwait(false);
            byte[] value = Decode(key, reference);
            await link.CallAsync(
                async connection =>
                {
                    var secret = await connection.Remote.SecretDefineXmlAsync(Write(disk.VolumeId!.Value).ToString(), 0, cancellationToken).ConfigureAwait(false);
                    await connection.Remote.SecretSetValueAsync(secret, value, 0, cancellationToken).ConfigureAwait(false);
                    return true;
                },
                definition.Ownership.ResourceId,
                cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Removes secrets that carry our mark.</summary>
    public async Task DeleteAsync(IEnumerable<Guid> volumeIds, CancellationToken cancellationToken)
    {
        foreach (Guid volumeId in volumeIds)
        {
            await link.CallAsync(connection => DeleteAsync(connection, volumeId, cancellationToken), null, cancellationToken).ConfigureAwait(false);
        }
    }

    private static byte[] Decode(string key, SecretReference reference)
    {
        try
        {
            return Convert.FromBase64String(key.Trim());
        }
        catch (FormatException error)
        {
            throw new LimiQuantixException(
                ErrorCodes.InvalidArgument, $"The secret '{reference.Name}' is no Ceph key, which is base64.", target: reference.Name, innerException: error);
        }
    }

    private XElement Write(Guid volumeId) => new(
        "secret",
        new XAttribute("ephemeral", "no"),
        new XAttribute("private", "yes"),
        new XElement("uuid", volumeId.ToString("D")),
        new XElement("description", Mark(volumeId)),
        new XElement("usage", new XAttribute("type", "ceph"), new XElement("name", $"lqx-{volumeId:D}")));

    private string Mark(Guid volumeId) => $"LimiQuantix {context.InstallationId:D} {volumeId:D}";

    private async Task<bool> DeleteAsync(LibvirtConnection connection, Guid volumeId, CancellationToken cancellationToken)
    {
        try
        {
            var secret = await connection.Remote.SecretLookupByUuidAsync(volumeId, cancellationToken).ConfigureAwait(false);
            string xml = await connection.Remote.SecretGetXmlDescAsync(secret, 0, cancellationToken).ConfigureAwait(false);
            if ((string?)XElement.Parse(xml).Element("description") == Mark(volumeId))
                await connection.Remote.SecretUndefineAsync(secret, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (LibvirtException error) when (error.Code == LibvirtErrorCode.NoSecret)
        {
            return false;
        }
    }
}
