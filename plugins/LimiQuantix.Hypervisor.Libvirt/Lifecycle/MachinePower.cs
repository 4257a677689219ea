using System.Text.Json.Nodes;
using System.Xml.Linq;
using LibvirtSharp;
using LimiQuantix.Guests;
using LimiQuantix.Hypervisor.Libvirt.Connections;
using LimiQuantix.Hypervisor.Libvirt.Definitions;
using LimiQuantix.Hypervisor.Libvirt.Files;
using LimiQuantix.Hypervisor.Libvirt.Guests;
using LimiQuantix.Hypervisor.Libvirt.Observations;
using LimiQuantix.Machines;
using LimiQuantix.Plugins;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Hypervisor.Libvirt.Lifecycle;

/// <summary>Starts and stops machines.</summary>
internal sealed class MachinePower(
    ProviderContext context, LibvirtOptions options, LibvirtLink link, MachineDirectory directory, AgentCommands agent, MachineAttachments attachments,
    MachineDefiner definer)
{
    private readonly ILogger _logger = HypervisorLog.For(context);

    public async Task StartAsync(MachineDefinition definition, AdmittedCall call, CancellationToken cancellationToken)
    {
        DefinitionRules.Check(definition, context.NodeId, context.InstallationId);
        Guid machineId = definition.Ownership.ResourceId;
        OwnedDomain owned = await directory.GetAsync(machineId, cancellationToken).ConfigureAwait(false);
        DaemonFacts facts = await link.GetFactsAsync(cancellationToken).ConfigureAwait(false);
        PowerState power = await directory.GetPowerAsync(owned.Domain, cancellationToken).ConfigureAwait(false);
        string[] paths = [.. SourceFiles(owned)];
        try
        {
            if (power is PowerState.Running or PowerState.Paused)
                await definer.PersistAsync(owned, facts, cancellationToken).ConfigureAwait(false);
            if (power == PowerState.Running)
                return;
            if (power == PowerState.Paused)
            {
                await owned.Domain.ResumeAsync(cancellationToken).ConfigureAwait(false);
                return;
            }

            owned = await attachments.RenewAsync(owned, definition, facts, cancellationToken).ConfigureAwait(false);
            paths = [.. SourceFiles(owned)];
            GuestReach.Require(paths, facts.GuestUser);
            Prepare(owned, facts);
            call.Again();
            await owned.Domain.WithTimeout(options.SlowCallTimeout).StartAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            HypervisorLog.Started(_logger, machineId);
        }
        catch (LibvirtException error) when (error.Code == LibvirtErrorCode.OperationInvalid)
        {
            // Somebody else may have started it meanwhile.
            if (await directory.GetPowerAsync(owned.Domain, cancellationToken).ConfigureAwait(false) != PowerState.Running)
                throw LibvirtErrors.Map(error, link.Uri, machineId, paths, facts.GuestUser);
        }
        catch (LibvirtException error)
        {
            throw LibvirtErrors.Map(error, link.Uri, machineId, paths, facts.GuestUser);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new LimiQuantixException(
                ErrorCodes.PermissionDenied,
                $"The machine's files could not be prepared: {error.Message}",
                target: machineId.ToString("D"),
                innerException: error);
        }
    }

    public async Task StopAsync(Guid machineId, StopMode mode, CancellationToken cancellationToken)
    {
        OwnedDomain owned = await directory.GetAsync(machineId, cancellationToken).ConfigureAwait(false);
        PowerState power = await directory.GetPowerAsync(owned.Domain, cancellationToken).ConfigureAwait(false);
        if (power is PowerState.Stopped or PowerState.Crashed)
            return;
        HypervisorLog.Stopping(_logger, machineId, mode);
        try
        {
            if (mode == StopMode.Force)
            {
                await owned.Domain.WithTimeout(options.SlowCallTimeout).DestroyAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
                return;
            }

            // A held guest hears neither.
            if (power == PowerState.Paused)
                await owned.Domain.ResumeAsync(cancellationToken).ConfigureAwait(false);
            // The agent where it answers, for guests that ignore the power button; and the button, for agents that cannot shut down.
            await AskAgentToShutDownAsync(owned.Domain, cancellationToken).ConfigureAwait(false);
            await owned.Domain.ShutdownAsync(DomainShutdownFlags.AcpiPowerBtn, cancellationToken).ConfigureAwait(false);
        }
        catch (LibvirtException error)
        {
            // Off meanwhile is what was wanted.
            if (error.Code is not (LibvirtErrorCode.OperationInvalid or LibvirtErrorCode.NoDomain)
                || await directory.GetPowerAsync(owned.Domain, cancellationToken).ConfigureAwait(false)
                    is not (PowerState.Stopped or PowerState.Crashed or PowerState.Absent))
                throw LibvirtErrors.Map(error, link.Uri, machineId);
        }
    }

    private async Task AskAgentToShutDownAsync(Domain domain, CancellationToken cancellationToken)
    {
        try
        {
            var ping = new GuestCommand { Text = AgentWords.Command("guest-ping", null), Timeout = options.AgentTimeout };
            if ((await agent.AskAsync(domain, ping, cancellationToken).ConfigureAwait(false)).Text is null) return;
            // The agent gives no answer to this when all is well, so the shortest wait is the right one.
            var off = new GuestCommand { Text = AgentWords.Command("guest-shutdown", new JsonObject { ["mode"] = "powerdown" }), Timeout = TimeSpan.FromSeconds(1) };
            await agent.AskAsync(domain, off, cancellationToken).ConfigureAwait(false);
        }
        catch (LimiQuantixException error) when (error.Code is not (ErrorCodes.Unavailable or ErrorCodes.NotFound))
        {
            HypervisorLog.AgentSilent(_logger, domain.Uuid, error.Message);
        }
    }

    private void Prepare(OwnedDomain owned, DaemonFacts facts)
    {
        var files = new MachineFiles(context, owned.Domain.Uuid);
        files.Prepare(facts.GuestUser);
        files.TrimSerialLog(options.MaxSerialLogBytes);
        // The engine's runtime folder may be another than when the machine was defined.
        if (VncSocket(owned.Definition) is { } socket && Path.GetDirectoryName(socket) is { } folder && !Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            if (Posix.EffectiveUser == 0 && facts.GuestUser.User != 0)
                Posix.GiveTo(folder, facts.GuestUser.User);
        }
    }

    private static IEnumerable<string> SourceFiles(OwnedDomain owned) =>
        owned.Definition.Descendants("source").Select(source => (string?)source.Attribute("file")).OfType<string>();

    private static string? VncSocket(XElement domain) =>
        (string?)domain.Elements("devices").Elements("graphics").Elements("listen").FirstOrDefault()?.Attribute("socket");
}
