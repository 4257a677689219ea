using System.Xml.Linq;
using LibvirtSharp;
using LimiQuantix.Guests;
using LimiQuantix.Hypervisor.Libvirt.Connections;
using LimiQuantix.Hypervisor.Libvirt.Observations;
using LimiQuantix.Machines;
using LimiQuantix.Plugins;

namespace LimiQuantix.Hypervisor.Libvirt.Guests;

/// <summary>The virtio ports of running machines: QEMU's guest agent by commands, everything else by bytes.</summary>
internal sealed class MachineChannels(ProviderContext context, LibvirtLink link, MachineDirectory directory, AgentCommands commands) : IGuestChannels
{
    public async Task<GuestChannel> OpenChannelAsync(OpenGuestChannelRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(request.Name);
        Guid id = request.MachineId;
        Domain domain = (await directory.GetAsync(id, cancellationToken).ConfigureAwait(false)).Domain;
        if (AgentCommands.NotRunning(await directory.GetPowerAsync(domain, cancellationToken).ConfigureAwait(false), id) is { } off) throw off;
        string xml = await link.CallAsync(_ => domain.GetXmlAsync(cancellationToken: cancellationToken), id, cancellationToken).ConfigureAwait(false);
        if (AgentCommands.Port(XElement.Parse(xml), request.Name) is null)
        {
            throw new LimiQuantixException(
                ErrorCodes.AgentAbsent, $"The machine has no channel '{request.Name}'.", "Add one to its specification.", id.ToString("D"));
        }

        // libvirt speaks with this agent itself, and lets nobody else at its port.
        if (request.Name == VirtioChannel.QemuGuestAgent)
            return new GuestCommandChannel { NodeId = context.NodeId, Ask = (command, token) => commands.AskAsync(domain, command, token) };
        if (request.CommandsOnly)
        {
            throw new LimiQuantixException(
                ErrorCodes.Unavailable, $"The channel '{request.Name}' is bytes, which have one host.", "Ask the process that is it.", id.ToString("D"));
        }

        return new GuestByteChannel
        {
            NodeId = context.NodeId,
            // Whoever asks last gets it: a host that was cut off would otherwise keep it.
            Stream = await link.CallAsync(
                _ => domain.OpenChannelAsync(request.Name, DomainChannelFlags.Force, cancellationToken), id, cancellationToken).ConfigureAwait(false),
        };
    }
}
