using System.Xml.Linq;
using LibvirtSharp;
using LimiQuantix.Hypervisor.Libvirt.Connections;
using LimiQuantix.Hypervisor.Libvirt.Definitions;
using LimiQuantix.Hypervisor.Libvirt.Files;
using LimiQuantix.Hypervisor.Libvirt.Observations;
using LimiQuantix.Machines;
using LimiQuantix.Plugins;

namespace LimiQuantix.Hypervisor.Libvirt.Lifecycle;

/// <summary>Defines a machine that is off again where its disks and interfaces are reached otherwise than when it was defined.</summary>
internal sealed class MachineAttachments(
    ProviderContext context, LibvirtLink link, MachineDirectory directory, CephSecrets secrets)
{
    /// <summary>Gives the domain as it is to be started; itself when nothing differs.</summary>
    public async Task<OwnedDomain> RenewAsync(OwnedDomain owned, MachineDefinition definition, DaemonFacts facts, CancellationToken cancellationToken)
    {
        await secrets.EnsureAsync(definition, cancellationToken).ConfigureAwait(false);
        string digest = DefinitionDigest.Of(definition);
        if (owned.Digest == digest)
            return owned;
        Guid machineId = definition.Ownership.ResourceId;
        if (owned.Shape is { } shape && shape != DefinitionDigest.OfShape(definition))
            throw new LimiQuantixException(
                ErrorCodes.Conflict, "The machine is defined differently, and not only in where its disks and interfaces are reached.",
                "Ask for the definition that it has, or delete it first.", machineId.ToString("D"));

        var files = new MachineFiles(context, machineId);
        DefinedCopy? copy = await DefinedCopy.ReadAsync(files.DefinedPath, cancellationToken).ConfigureAwait(false);
        var domain = new XElement(owned.Definition);
        if (Attachments.Replace(domain, definition, digest) is { } missing)
            throw new LimiQuantixException(
                ErrorCodes.Conflict, $"The machine's domain has no {missing} any more: it was changed by hand.",
                "Put the device back with virsh edit, or delete the machine.", machineId.ToString("D"));

        // What somebody changed by hand stays a difference: the copy gets the same new attachments and nothing more.
        if (copy is not null)
        {
            Attachments.Replace(copy.Domain, definition, digest);
            await copy.WriteAsync(files.DefinedPath, cancellationToken).ConfigureAwait(false);
        }

        files.GiveBackVncPassword(domain);
        cancellationToken.ThrowIfCancellationRequested();
        Domain defined = await link.CallSlowlyAsync(
            connection => connection
                .DefineDomainAsync(domain.ToString(SaveOptions.DisableFormatting), DomainDefineFlags.Validate, CancellationToken.None),
            machineId,
            cancellationToken).ConfigureAwait(false);
        HypervisorLog.Reattached(HypervisorLog.For(context), machineId);
        return await directory.OwnedAsync(defined, cancellationToken).ConfigureAwait(false) ?? throw new LimiQuantixException(
            ErrorCodes.NotFound, "The machine was deleted while it was started.", target: machineId.ToString("D"));
    }
}
