using System.Xml.Linq;
using LibvirtSharp;
using LimiQuantix.Hypervisor.Libvirt.Connections;
using LimiQuantix.Hypervisor.Libvirt.Definitions;
using LimiQuantix.Hypervisor.Libvirt.Files;
using LimiQuantix.Hypervisor.Libvirt.Observations;
using LimiQuantix.Machines;
using LimiQuantix.Plugins;
using LimiQuantix.Storage;

namespace LimiQuantix.Hypervisor.Libvirt.Lifecycle;

/// <summary>Changes the discs in drives of machines that are on, and their definitions with them.</summary>
internal sealed class MachineMedia(ProviderContext context, LibvirtLink link, MachineDirectory directory, CephSecrets secrets)
{
    private const string Drive = "CD drive";

    public async Task ChangeAsync(MachineDefinition definition, Guid diskId, AdmittedCall call, CancellationToken cancellationToken)
    {
        DefinitionRules.Check(definition, context.NodeId, context.InstallationId);
        Guid machineId = definition.Ownership.ResourceId;
        MachineDisk disk = definition.Disks.FirstOrDefault(one => one.Id == diskId && one.Kind == DiskKind.Cd) ?? throw NoDrive(diskId);
        OwnedDomain owned = await directory.GetAsync(machineId, cancellationToken).ConfigureAwait(false);
        if (await directory.GetPowerAsync(owned.Domain, cancellationToken).ConfigureAwait(false) is PowerState.Stopped or PowerState.Crashed or PowerState.Absent)
            throw new LimiQuantixException(ErrorCodes.FailedPrecondition, "The machine is off.", "Update its definition.", machineId.ToString("D"));
        if (DomainDevices.Disk(owned.Definition, disk) is not { } there || (string?)there.Attribute("device") != "cdrom")
            throw NoDrive(diskId);
        DaemonFacts facts = await link.GetFactsAsync(cancellationToken).ConfigureAwait(false);
        if (disk.Attachment is FileDisk { Path: var path })
            GuestReach.Require([path], facts.GuestUser);
        await secrets.EnsureAsync(definition, cancellationToken).ConfigureAwait(false);
        XElement wanted = DiskXml.Write(disk, (string?)there.Element("target")?.Attribute("dev") ?? "");
        call.Again();
        await link.CallSlowlyAsync(
            async _ =>
            {
                // By force: a guest may have locked the tray.
                await owned.Domain.UpdateDeviceAsync(
                    wanted.ToString(SaveOptions.DisableFormatting), DomainDeviceModifyFlags.Live | DomainDeviceModifyFlags.Config | DomainDeviceModifyFlags.Force, CancellationToken.None)
                    .ConfigureAwait(false);
                await owned.Domain.SetMetadataAsync(
                    DomainMetadataType.Element, DomainMetadata.WriteBare(definition, DefinitionDigest.Of(definition)), DomainMetadata.Prefix, DomainMetadata.Namespace.NamespaceName,
                    DomainModificationFlags.Config, CancellationToken.None).ConfigureAwait(false);
                return true;
            },
            machineId,
            cancellationToken).ConfigureAwait(false);

        var files = new MachineFiles(context, machineId);
        if (await DefinedCopy.ReadAsync(files.DefinedPath, cancellationToken).ConfigureAwait(false) is not { } copy)
            return;
        if (await directory.OwnedAsync(owned.Domain, cancellationToken).ConfigureAwait(false) is not { } now || DomainDevices.Disk(now.Definition, disk) is not { } changed)
            return;
        DomainDevices.Disk(copy.Domain, disk)?.ReplaceWith(new XElement(changed));
        copy.Domain.Element("metadata")?.ReplaceWith(new XElement(now.Definition.Element("metadata")!));
        await copy.WriteAsync(files.DefinedPath, cancellationToken).ConfigureAwait(false);
    }

    private static LimiQuantixException NoDrive(Guid id) => new(ErrorCodes.NotFound, $"The machine has no {Drive} {id}.", target: id.ToString("D"));
}
