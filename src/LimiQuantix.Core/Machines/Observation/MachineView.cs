using System.Globalization;
using LimiQuantix.Machines;
using LimiQuantix.Networks;

namespace LimiQuantix.Core.Machines.Observation;

/// <summary>Puts together what is stored and what is observed.</summary>
internal static class MachineView
{
    private const string Undefined = "The hypervisor has no such machine any more: somebody undefined it. Starting, ensuring or redefining it defines it again.";

    public static VirtualMachine Compose(
        MachineDocument document, MachineObservation? observation, LimiQuantixError? observationError, IReadOnlyList<MachineAddress> addresses, DateTimeOffset now) => new()
    {
        Id = document.Id,
        Project = document.Project,
        Creator = document.Creator,
        Sharing = document.Sharing,
        Name = document.Name,
        Version = document.Version,
        Generation = document.Generation,
        Labels = document.Labels,
        Spec = document.Spec with { Name = document.Name, Labels = document.Labels, Sharing = document.Sharing },
        CreatedAt = document.CreatedAt,
        SshCommand = SshCommand(document, addresses),
        Status = new MachineStatus
        {
            Phase = document.Phase,
            PowerState = observation?.PowerState ?? (observationError is null ? PowerState.Absent : PowerState.Unknown),
            Node = document.NodeId,
            Accelerator = observation?.Accelerator ?? document.Accelerator,
            MachineType = observation?.MachineType ?? document.MachineType,
            Disks = [.. document.Disks.Select(disk => new MachineDiskStatus { Name = disk.Name, VolumeId = disk.VolumeId, Pool = disk.Pool, SizeBytes = disk.SizeBytes })],
            Nics = [.. document.Nics.Select(nic => new MachineNicStatus
            {
                Name = nic.Name, PortId = nic.PortId, NetworkId = nic.NetworkId, MacAddress = nic.MacAddress, Forwards = nic.Forwards,
            })],
            Addresses = addresses,
            Forwards = [.. document.Forwards],
            Drift = observation?.Drift ?? (document.Phase == MachinePhase.Ready && observationError is null ? [Undefined] : []),
            Error = document.Error ?? observationError,
            ObservedAt = observationError is null ? now : null,
            AppliedGeneration = document.Generation,
        },
    };

    private static string? SshCommand(MachineDocument document, IReadOnlyList<MachineAddress> addresses)
    {
        var user = document.Spec.CloudInit.User ?? document.DefaultUser;
        var at = user is null ? "" : user + "@";
        var forward = document.Forwards.FirstOrDefault(f => f is { GuestPort: 22, Protocol: TransportProtocol.Tcp, HostPort: > 0 });
        if (forward is not null)
            return string.Create(CultureInfo.InvariantCulture, $"ssh -p {forward.HostPort} {at}{forward.HostAddress}");

        // Addresses behind a user-mode network are not reachable from here.
        return document.Nics.All(nic => nic.Fabric == CoreKinds.UserNetwork) || addresses.Count == 0 ? null : $"ssh {at}{addresses[0].Address}";
    }
}
