using LimiQuantix.Core.Images;
using LimiQuantix.Core.Machines.Creation;
using LimiQuantix.Core.Networks;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Core.Storage;
using LimiQuantix.Images;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Storage;

namespace LimiQuantix.Core.Machines.Specs;

/// <summary>A spec with everything chosen, and what its disks and interfaces are.</summary>
internal sealed record ResolvedMachine
{
    public required MachineSpec Spec { get; init; }

    public required IReadOnlyList<MachineDiskRecord> Disks { get; init; }

    public required IReadOnlyList<MachineNicRecord> Nics { get; init; }

    /// <summary>The user that the first image's cloud-init makes.</summary>
    public string? DefaultUser { get; init; }

    /// <summary>What is stored with the machine: the project's default network, when it is first needed.</summary>
    public IReadOnlyList<StateWrite> Writes { get; init; } = [];
}

/// <summary>Finds what a spec names (images, volumes, pools, networks) and chooses ids for what is to be made. Changes nothing.</summary>
internal sealed class SpecResolution(
    ResourceTable<ImageDocument> images,
    ResourceTable<VolumeDocument> volumes,
    ResourceTable<NetworkDocument> networks,
    NetworkRecords networkRecords,
    MachineRecords records,
    ProviderInstances providers)
{
    /// <summary>The least size of a disk that begins as an image, unless the spec says another.</summary>
    private const long DefaultDiskBytes = 20L << 30;

    /// <param name="project">The machine's project.</param>
    /// <param name="spec">A valid spec, completed.</param>
    /// <param name="there">The machine as it is, whose disks and interfaces of the same name and source stay; <see langword="null"/> for a new one.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<ResolvedMachine> ResolveAsync(string project, MachineSpec spec, MachineDocument? there, CancellationToken cancellationToken)
    {
        List<(DiskSpec Spec, MachineDiskRecord Record)> disks = [];
        string? user = null;
        foreach (var (index, disk) in spec.Disks.Index())
        {
            var image = ImageOf(disk.Source) is { } id ? await ReadyImageAsync(id, project, cancellationToken).ConfigureAwait(false) : null;
            user ??= disk.Source is ImageDiskSource ? image?.Spec.OperatingSystem.DefaultUser : null;
            disks.Add(await ResolveAsync(project, disk, index, image, there, cancellationToken).ConfigureAwait(false));
        }

        List<(NicSpec Spec, MachineNicRecord Record)> nics = [];
        (NetworkDocument Network, IReadOnlyList<StateWrite> Writes)? usual = null;
        foreach (var nic in spec.Nics ?? [])
        {
            if (nic.Source is null) usual ??= await networkRecords.DefaultAsync(project, cancellationToken).ConfigureAwait(false);
            var network = nic.Source is NetworkNicSource source
                ? (await networks.GetAsync(source.NetworkId, project, cancellationToken).ConfigureAwait(false)).Value
                : usual!.Value.Network;
            nics.Add(await ResolveAsync(nic, network, there, cancellationToken).ConfigureAwait(false));
        }

        return new ResolvedMachine
        {
            Spec = spec with { Disks = [.. disks.Select(disk => disk.Spec)], Nics = [.. nics.Select(nic => nic.Spec)] },
            Disks = [.. disks.Select(disk => disk.Record)],
            Nics = [.. nics.Select(nic => nic.Record)],
            DefaultUser = user,
            Writes = usual?.Writes ?? [],
        };
    }

    /// <summary>The instance's name, or the first one's.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>; <see cref="ErrorCodes.FailedPrecondition"/>: there is none.</exception>
    public string Choose<T>(string? wanted, string what, string remedy) where T : class, IProvider
    {
        var names = providers.All<T>().Select(instance => instance.Name).ToList();
        if (wanted is null ? names.Count > 0 : names.Contains(wanted)) return wanted ?? names[0];
        throw wanted is null
            ? new LimiQuantixException(ErrorCodes.FailedPrecondition, $"No {what} is configured.", $"Call {remedy} when the host is built.")
            : new LimiQuantixException(ErrorCodes.NotFound, $"There is no {what} '{wanted}'.", $"There is: {string.Join(", ", names)}.", wanted);
    }

    private static Guid? ImageOf(DiskSource source) => source switch
    {
        ImageDiskSource image => image.ImageId,
        IsoDiskSource iso => iso.ImageId,
        _ => null,
    };

    private async Task<Image> ReadyImageAsync(Guid id, string project, CancellationToken cancellationToken)
    {
        var image = (await images.GetAsync(id, project, cancellationToken).ConfigureAwait(false)).Value.ToImage(stored: null);
        return image.Status.Phase == ImagePhase.Ready && image.Status.Digest is not null ? image : throw new LimiQuantixException(
            ErrorCodes.FailedPrecondition, $"The image '{image.Name}' is not ready: {image.Status.Phase.ToString().ToLowerInvariant()}.",
            "Wait for its import to end.", image.Id.ToString());
    }

    private async Task<(DiskSpec Spec, MachineDiskRecord Record)> ResolveAsync(
        string project, DiskSpec disk, int index, Image? image, MachineDocument? there, CancellationToken cancellationToken)
    {
        // What it still has and was not to have any more, it keeps when it is wanted again.
        var known = there?.Disks.Concat(there.Applied?.Disks ?? []).FirstOrDefault(record => record.Name == disk.Name);
        var before = there?.Spec.Disks.Concat(there.Applied?.DiskSpecs ?? []).FirstOrDefault(other => other.Name == disk.Name);
        var isSame = known is not null && before?.Source == disk.Source && before.Pool == disk.Pool;
        switch (disk.Source)
        {
            case VolumeDiskSource source:
                var volume = (await volumes.GetAsync(source.VolumeId, project, cancellationToken).ConfigureAwait(false)).Value;
                var size = Math.Max(disk.SizeBytes ?? volume.Spec.SizeBytes, volume.Spec.SizeBytes);
                return (disk with { SizeBytes = size, Pool = volume.Spec.Pool }, new MachineDiskRecord
                {
                    Name = disk.Name!, Id = isSame ? known!.Id : Guid.CreateVersion7(), VolumeId = volume.Id, Pool = volume.Spec.Pool, SizeBytes = size, ImageId = volume.Spec.ImageId, IsAdopted = true,
                });
            case IsoDiskSource:
                var isoPool = Choose<IStorageBackend>(disk.Pool ?? known?.Pool, "storage pool", "AddDirectoryStorage()");
                return (disk with { Pool = isoPool }, new MachineDiskRecord
                {
                    Name = disk.Name!,
                    // The drive stays when its disc is changed.
                    Id = known is not null && before?.Source is IsoDiskSource ? known.Id : Guid.CreateVersion7(),
                    VolumeId = image is null ? null : isSame ? known!.VolumeId : Guid.CreateVersion7(),
                    Pool = isoPool,
                    SizeBytes = image is null ? 0 : (image.Status.VirtualSizeBytes + 511) / 512 * 512,
                    BaseDigest = image?.Status.Digest?.ToString(),
                    ImageId = image?.Id,
                });
            default:
                var pool = Choose<IStorageBackend>(disk.Pool, "storage pool", "AddDirectoryStorage()");
                var sizeBytes = disk.SizeBytes ?? Math.Max(DefaultDiskBytes, image?.Status.VirtualSizeBytes ?? 0);
                if (image is not null && sizeBytes < image.Status.VirtualSizeBytes)
                {
                    throw new LimiQuantixException(
                        ErrorCodes.InvalidArgument, $"Disks[{index}]: SizeBytes {sizeBytes} is smaller than the image's disk of {image.Status.VirtualSizeBytes} bytes.",
                        $"Give at least {image.Status.VirtualSizeBytes}.", $"{nameof(MachineSpec.Disks)}[{index}].{nameof(DiskSpec.SizeBytes)}");
                }

                return (disk with { SizeBytes = sizeBytes, Pool = pool }, isSame
                    ? known! with { SizeBytes = sizeBytes }
                    : new MachineDiskRecord
                    {
                        Name = disk.Name!, Id = Guid.CreateVersion7(), VolumeId = Guid.CreateVersion7(), Pool = pool, SizeBytes = sizeBytes,
                        BaseDigest = image?.Status.Digest?.ToString(), ImageId = image?.Id,
                    });
        }
    }

    private async Task<(NicSpec Spec, MachineNicRecord Record)> ResolveAsync(NicSpec nic, NetworkDocument network, MachineDocument? there, CancellationToken cancellationToken)
    {
        var resolved = nic with { Source = new NetworkNicSource { NetworkId = network.Id } };
        var known = there?.Nics.Concat(there.Applied?.Nics ?? []).FirstOrDefault(record => record.Name == nic.Name);
        var before = there?.Spec.Nics?.Concat(there.Applied?.NicSpecs ?? []).FirstOrDefault(other => other.Name == nic.Name);
        // A port is what it was made as: what it is to be otherwise is another port.
        if (known is not null && known.NetworkId == network.Id && (nic.MacAddress is null || nic.MacAddress == known.MacAddress) && IsSamePort(before, nic)) return (resolved, known);
        if (nic.MacAddress is { } wanted && await records.IsMacTakenAsync(wanted, there?.Id, cancellationToken).ConfigureAwait(false))
        {
            throw new LimiQuantixException(
                ErrorCodes.Conflict, $"Another machine has the MAC address {wanted}.", "Choose another one, or leave it out: the engine chooses a free one.", $"{nameof(MachineSpec.Nics)}.{nic.Name}");
        }

        return (resolved, new MachineNicRecord
        {
            Name = nic.Name!,
            Id = Guid.CreateVersion7(),
            PortId = Guid.CreateVersion7(),
            NetworkId = network.Id,
            Fabric = Choose<INetworkBackend>(network.Spec.Fabric, "network fabric", "AddLimiQuantix()"),
            MacAddress = nic.MacAddress ?? known?.MacAddress ?? await ChooseMacAsync(cancellationToken).ConfigureAwait(false),
        });
    }

    private static bool IsSamePort(NicSpec? before, NicSpec nic) =>
        before is null
        || (before.Forwards.SequenceEqual(nic.Forwards) && before.Addresses.SequenceEqual(nic.Addresses) && before.SecurityGroups.SequenceEqual(nic.SecurityGroups));

    // 24 bits are few for a large installation: what is taken is not chosen, and what somebody else takes meanwhile fails the intent.
    private async Task<string> ChooseMacAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var chosen = MacAddresses.Choose();
            if (!await records.IsMacTakenAsync(chosen, null, cancellationToken).ConfigureAwait(false)) return chosen;
        }
    }
}
