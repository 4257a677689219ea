using System.Globalization;
using System.Xml.Linq;
using LibvirtSharp;
using LimiQuantix.Consoles;
using LimiQuantix.Hypervisor.Libvirt.Connections;
using LimiQuantix.Hypervisor.Libvirt.Files;
using LimiQuantix.Hypervisor.Libvirt.Observations;
using LimiQuantix.Plugins;

namespace LimiQuantix.Hypervisor.Libvirt.Consoles;

/// <summary>Where a running machine's consoles are, as its running domain says.</summary>
internal sealed class MachineConsoles(ProviderContext context, LibvirtLink link, MachineDirectory directory)
{
    public async Task<ConsoleEndpoint> GetAsync(Guid machineId, ConsoleKind kind, CancellationToken cancellationToken)
    {
        OwnedDomain owned = await directory.GetAsync(machineId, cancellationToken).ConfigureAwait(false);
        string xml = await link.CallAsync(
            _ => owned.Domain.GetXmlAsync(cancellationToken: cancellationToken), machineId, cancellationToken).ConfigureAwait(false);
        XElement live = XElement.Parse(xml);
        if (live.Attribute("id") is null)
        {
            throw new LimiQuantixException(
                ErrorCodes.FailedPrecondition, "The machine does not run, so it has no console.", "Start it first.", machineId.ToString("D"));
        }

        if (kind == ConsoleKind.Vnc) return await VncAsync(live, owned.Domain, cancellationToken).ConfigureAwait(false);
        if (kind != ConsoleKind.Serial) throw Missing(machineId, kind);
        return new OpenedConsole
        {
            NodeId = context.NodeId,
            // Whoever asks last gets it: a viewer that was cut off would otherwise keep it.
            Stream = await link.CallAsync(
                _ => owned.Domain.OpenConsoleAsync(null, DomainConsoleFlags.Force, cancellationToken), machineId, cancellationToken).ConfigureAwait(false),
        };
    }

    private async Task<ConsoleEndpoint> VncAsync(XElement live, Domain domain, CancellationToken cancellationToken)
    {
        Guid machineId = domain.Uuid;
        XElement graphics = live.Elements("devices").Elements("graphics").FirstOrDefault(graphics => (string?)graphics.Attribute("type") == "vnc")
            ?? throw Missing(machineId, ConsoleKind.Vnc);
        if (graphics.Elements("listen").Select(listen => (string?)listen.Attribute("socket")).FirstOrDefault(socket => socket is not null) is { } path)
            return new UnixConsole { NodeId = context.NodeId, SocketPath = path };
        if (graphics.Elements("listen").Any(listen => (string?)listen.Attribute("type") == "none"))
        {
            return new OpenedConsole
            {
                NodeId = context.NodeId,
                Stream = await link.CallAsync(_ => OpenGraphicsAsync(domain, cancellationToken), machineId, cancellationToken).ConfigureAwait(false),
            };
        }

        if (!int.TryParse((string?)graphics.Attribute("port"), CultureInfo.InvariantCulture, out int port) || port <= 0)
            throw Missing(machineId, ConsoleKind.Vnc);
        string passwordPath = new MachineFiles(context, machineId).VncPasswordPath;
        return new TcpConsole
        {
            NodeId = context.NodeId,
            Host = (string?)graphics.Attribute("listen") ?? "127.0.0.1",
            Port = port,
            Credentials = File.Exists(passwordPath)
                ? new ConsoleCredentials { Password = await File.ReadAllTextAsync(passwordPath, cancellationToken).ConfigureAwait(false) } : null,
        };
    }

    private static Task<Stream> OpenGraphicsAsync(Domain domain, CancellationToken cancellationToken) => OperatingSystem.IsLinux()
        ? domain.OpenGraphicsAsync(cancellationToken: cancellationToken)
        : throw new LimiQuantixException(ErrorCodes.FailedPrecondition, "Only Linux passes the connections that this machine's console needs.");

    private static LimiQuantixException Missing(Guid machineId, ConsoleKind kind) =>
        new(ErrorCodes.NotFound, $"The machine has no {kind} console.", target: machineId.ToString("D"));
}
