using System.Xml.Linq;
using LibvirtSharp;
using LimiQuantix.Guests;
using LimiQuantix.Hypervisor.Libvirt.Connections;
using LimiQuantix.Hypervisor.Libvirt.Observations;
using LimiQuantix.Machines;

namespace LimiQuantix.Hypervisor.Libvirt.Guests;

/// <summary>
/// Commands for QEMU's guest agent, through libvirt, which speaks with it itself. libvirt has one error for an agent that is not there and one that does not
/// answer, and none for what the agent refuses: the channel's state and the words tell.
/// </summary>
internal sealed class AgentCommands(LibvirtLink link, MachineDirectory directory)
{
    private const string Refusal = "unable to execute QEMU agent command";

    /// <summary>Asks the agent of a machine.</summary>
    /// <exception cref="LimiQuantixException">As <see cref="GuestCommandChannel.Ask"/>.</exception>
    public async Task<GuestCommandReply> AskAsync(Domain domain, GuestCommand command, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        try
        {
            return new GuestCommandReply { Text = await domain.QemuAgentCommandAsync(command.Text, command.Timeout, cancellationToken).ConfigureAwait(false) };
        }
        catch (LibvirtException error) when (!error.IsConnectionLost && IsRefusal(error))
        {
            return new GuestCommandReply { Error = Words(error.Message) };
        }
        catch (LibvirtException error) when (!error.IsConnectionLost
            && error.Code is LibvirtErrorCode.AgentUnresponsive or LibvirtErrorCode.AgentUnsynced or LibvirtErrorCode.ArgumentUnsupported or LibvirtErrorCode.OperationInvalid)
        {
            throw await SilentAsync(domain, error, cancellationToken).ConfigureAwait(false);
        }
        catch (LibvirtException error)
        {
            throw LibvirtErrors.Map(error, link.Uri, domain.Uuid);
        }
    }

    /// <summary>The port of a channel in a running domain; <see langword="null"/> when it has none of this name.</summary>
    public static XElement? Port(XElement live, string name) => live.Elements("devices").Elements("channel").Elements("target")
        .FirstOrDefault(target => (string?)target.Attribute("type") == "virtio" && (string?)target.Attribute("name") == name);

    /// <summary>Why nothing in a machine can answer, as its power tells; <see langword="null"/> when it runs.</summary>
    public static LimiQuantixException? NotRunning(PowerState power, Guid machineId, Exception? cause = null) => power switch
    {
        PowerState.Running or PowerState.Stopping => null,
        PowerState.Paused => new LimiQuantixException(
            ErrorCodes.MachinePaused, "The machine is paused: nothing in it can answer.", "Resume it.", machineId.ToString("D"), innerException: cause),
        _ => new LimiQuantixException(ErrorCodes.FailedPrecondition, "The machine does not run.", "Start it first.", machineId.ToString("D"), innerException: cause),
    };

    private static bool IsRefusal(LibvirtException error) => error.Message.Contains(Refusal, StringComparison.Ordinal);

    // "internal error: unable to execute QEMU agent command 'guest-file-open': failed to open file …"
    private static string Words(string message)
    {
        int name = message.IndexOf(Refusal, StringComparison.Ordinal) + Refusal.Length;
        int words = message.IndexOf(": ", name, StringComparison.Ordinal);
        return words < 0 ? message : message[(words + 2)..];
    }

    private async Task<LimiQuantixException> SilentAsync(Domain domain, LibvirtException error, CancellationToken cancellationToken)
    {
        Guid machineId = domain.Uuid;
        PowerState power = await directory.GetPowerAsync(domain, cancellationToken).ConfigureAwait(false);
        if (NotRunning(power, machineId, error) is { } off) return off;
        string xml = await link.CallAsync(_ => domain.GetXmlAsync(cancellationToken: cancellationToken), machineId, cancellationToken).ConfigureAwait(false);
        return (string?)Port(XElement.Parse(xml), VirtioChannel.QemuGuestAgent)?.Attribute("state") == "connected"
            ? new LimiQuantixException(
                ErrorCodes.AgentSilent, $"The agent in the guest does not answer: {error.Message}", "Look at qemu-guest-agent in the guest.", machineId.ToString("D"),
                isTransient: true, error)
            : new LimiQuantixException(
                ErrorCodes.AgentAbsent, "No agent in the guest has opened its channel.", "Install qemu-guest-agent in the guest, or wait until it has started.",
                machineId.ToString("D"), isTransient: true, error);
    }
}
