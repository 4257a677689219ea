using System.Globalization;
using LimiQuantix.Core.Machines.Updates;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;
using LimiQuantix.Networks;

namespace LimiQuantix.Core.Machines.Observation;

/// <summary>Puts together what is stored and what is observed.</summary>
internal static class MachineView
{
    private const int MaxWords = 200;
    private const int SshPort = 22;

    // To be replaced by whoever knows: nothing says which user the image has.
    private const string UnknownUser = "USER";
    private const string Undefined = "The hypervisor has no such machine any more: somebody undefined it. Starting, ensuring or redefining it defines it again.";

    /// <summary>The status that a look gives; what cannot be seen now stays as it was seen last.</summary>
    public static MachineStatusDocument Remember(MachineDocument document, MachineSight sight, MachineStatusDocument? last)
    {
        if (sight.Error is { } error) return (last ?? new MachineStatusDocument { Id = document.Id }) with { ObservationError = error };
        return new MachineStatusDocument
        {
            Id = document.Id,
            PowerState = sight.Observation?.PowerState ?? PowerState.Absent,
            Reason = ReasonOf(sight.Observation),
            PauseCause = sight.Observation is { PowerState: PowerState.Paused, PauseCause: var cause } ? cause : PauseCause.Unknown,
            RebootedAt = sight.Observation?.PowerState is PowerState.Running or PowerState.Paused or PowerState.Stopping ? last?.RebootedAt : null,
            SshUser = sight.Ssh?.User ?? last?.SshUser,
            SshHostKeys = sight.Ssh is { HostKeys: { Count: > 0 } keys } ? keys : last?.SshHostKeys ?? [],
            Accelerator = sight.Observation?.Accelerator,
            MachineType = sight.Observation?.MachineType,
            Addresses = sight.Addresses,
            Drift = sight.Observation?.Drift ?? (document.Phase == MachinePhase.Ready ? [Undefined] : []),
            AppliedGeneration = document.Applied?.Generation ?? document.Generation,
            ObservedAt = sight.At,
        };
    }

    /// <summary>A machine that is no more, as it was last.</summary>
    public static VirtualMachine Gone(MachineDocument document, DateTimeOffset now) => Compose(
        document,
        new Stored<MachineStatusDocument> { Value = Remember(document, new MachineSight(null, null, [], now), null), Version = 0, Json = default });

    /// <summary>A machine as it is stored and was seen.</summary>
    public static VirtualMachine Compose(MachineDocument document, Stored<MachineStatusDocument>? seen) => Compose(document, document.AsApplied, seen);

    private static VirtualMachine Compose(MachineDocument document, MachineDocument applied, Stored<MachineStatusDocument>? seen) => new()
    {
        Id = document.Id,
        Project = document.Project,
        Creator = document.Creator,
        Sharing = document.Sharing,
        Name = document.Name,
        Version = Math.Max(document.Version, seen?.Version ?? 0),
        Generation = document.Generation,
        Labels = document.Labels,
        Spec = document.Spec with { Name = document.Name, Labels = document.Labels, Sharing = document.Sharing },
        CreatedAt = document.CreatedAt,
        SshCommand = SshCommand(applied, seen?.Value),
        SshKnownHosts = document.Phase == MachinePhase.Failed || SshHost(applied, seen?.Value) is not { } host ? [] : [.. seen?.Value.SshHostKeys.Select(key => $"{host.Known} {key}") ?? []],
        Status = new MachineStatus
        {
            Phase = document.Phase,
            // What does not answer at present may be on or off.
            PowerState = seen is not { Value.ObservationError: null } ? PowerState.Unknown : seen.Value.PowerState,
            Reason = seen is not { Value.ObservationError: null } ? null : seen.Value.Reason,
            PauseCause = seen is not { Value.ObservationError: null } ? PauseCause.Unknown : seen.Value.PauseCause,
            RebootedAt = seen?.Value.RebootedAt,
            Node = document.NodeId,
            Accelerator = seen?.Value.Accelerator ?? document.Accelerator,
            MachineType = seen?.Value.MachineType ?? document.MachineType,
            Disks = [.. applied.Disks.Select(disk => new MachineDiskStatus { Name = disk.Name, VolumeId = disk.VolumeId, Pool = disk.Pool, SizeBytes = disk.SizeBytes })],
            Nics = [.. applied.Nics.Select(nic => new MachineNicStatus
            {
                Name = nic.Name, PortId = nic.PortId, NetworkId = nic.NetworkId, MacAddress = nic.MacAddress, Forwards = nic.Forwards,
            })],
            Addresses = seen?.Value.Addresses ?? [],
            Forwards = [.. applied.Forwards],
            Drift = seen?.Value.Drift ?? [],
            Error = document.Error ?? seen?.Value.ObservationError,
            IsStale = seen?.Value.ObservationError is not null,
            ObservedAt = seen?.Value.ObservedAt,
            AppliedGeneration = seen?.Value.AppliedGeneration ?? 0,
            PendingChanges = document.Applied is null ? [] : [.. MachineChanges.Between(applied.Spec, document.Spec, MachineChangeFacts.OfWaiting).Select(change => change.Planned)],
        },
    };

    /// <summary>Why a machine is as it is, and what makes it go on, with the hypervisor's words.</summary>
    public static string? ReasonOf(MachineObservation? seen)
    {
        if (seen is not { PowerState: PowerState.Paused }) return seen?.Reason;
        var sentence = seen.PauseCause switch
        {
            PauseCause.Asked => "Somebody paused it: resuming or starting it lets it go on.",
            PauseCause.NoSpace => "A disk had no room for what the guest wrote: make room in its pool, then resume it; with a run policy it goes on by itself.",
            PauseCause.DiskError => "A disk failed: look at its pool, then resume it.",
            PauseCause.Watchdog => "Its watchdog expired: the guest hung.",
            PauseCause.GuestCrash => "Its guest crashed: reset or stop it.",
            PauseCause.Maintenance => "The hypervisor is at work with it.",
            PauseCause.Sleep => "Its guest sleeps.",
            _ => null,
        };
        return seen.Reason is null || sentence is null ? sentence ?? seen.Reason : $"{sentence} ({Names.Show(seen.Reason, MaxWords)})";
    }

    private static string? SshCommand(MachineDocument document, MachineStatusDocument? seen)
    {
        // Of a failed one nothing is left to log in to.
        if (document.Phase == MachinePhase.Failed || SshHost(document, seen) is not { } host) return null;
        var user = document.Spec.CloudInit.User ?? document.DefaultUser ?? seen?.SshUser ?? UnknownUser;
        return $"ssh {host.Options}{user}@{host.Address}";
    }

    /// <summary>Where the guest's SSH server is reached, as options of ssh and as the name of a known_hosts file's line.</summary>
    private static (string Options, string Address, string Known)? SshHost(MachineDocument document, MachineStatusDocument? seen)
    {
        if (document.Forwards.FirstOrDefault(forward => forward is { GuestPort: SshPort, Protocol: TransportProtocol.Tcp, HostPort: > 0 }) is { } forward)
        {
            var port = forward.HostPort.ToString(CultureInfo.InvariantCulture);
            return ($"-p {port} ", forward.HostAddress, forward.HostPort == SshPort ? forward.HostAddress : $"[{forward.HostAddress}]:{port}");
        }

        // Addresses behind a user-mode network are not reachable from here.
        return document.Nics.All(nic => nic.Fabric == CoreKinds.UserNetwork) || seen is not { Addresses: [{ Address: var address }, ..] } ? null : ("", address, address);
    }
}
