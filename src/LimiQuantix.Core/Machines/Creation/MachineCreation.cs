using LimiQuantix.Core.Images;
using LimiQuantix.Core.Networks;
using LimiQuantix.Core.Operations;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Providers.Loading;
using LimiQuantix.Core.Resources;
using LimiQuantix.Images;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Nodes;
using LimiQuantix.Operations;
using LimiQuantix.Storage;

namespace LimiQuantix.Core.Machines.Creation;

/// <summary>Stores the intent of a new machine: ids and choices first, then its operation, in one transaction.</summary>
internal sealed class MachineCreation(
    IOperationQueue queue,
    ResourceTable<MachineDocument> machines,
    MachineRecords records,
    ResourceTable<ImageDocument> images,
    NetworkRecords networks,
    ProviderInstances providers,
    ProviderEnvironment environment,
    TimeProvider timeProvider)
{
    public Task<Operation> SubmitAsync(Caller caller, MachineSpec spec, OperationOptions? options, CancellationToken cancellationToken) => queue.SubmitAsync(
        new OperationRequest { Kind = MachineOperationKinds.Create, Caller = caller, Target = null, Request = spec, Options = options },
        token => PrepareAsync(caller, spec, token),
        cancellationToken);

    private async Task<OperationIntent> PrepareAsync(Caller caller, MachineSpec spec, CancellationToken cancellationToken)
    {
        if (await machines.FindByNameAsync(caller.Project, spec.Name, cancellationToken).ConfigureAwait(false) is not null)
        {
            throw new LimiQuantixException(
                ErrorCodes.Conflict, $"There is a machine named '{spec.Name}'.", "Choose another name, use EnsureAsync, or delete that machine.", spec.Name);
        }

        var image = (await images.GetAsync(spec.ImageId, caller.Project, cancellationToken).ConfigureAwait(false)).Value.ToImage();
        CheckImage(image, spec);
        var (network, networkWrites) = await networks.DefaultAsync(caller.Project, cancellationToken).ConfigureAwait(false);
        var id = Guid.CreateVersion7();
        var machine = new MachineDocument
        {
            Id = id,
            Project = caller.Project,
            Creator = caller.Name,
            Sharing = spec.Sharing,
            Name = spec.Name,
            Labels = spec.Labels,
            Spec = spec,
            Phase = MachinePhase.Creating,
            Node = ChooseNode(spec.Node).Value,
            Hypervisor = First<IHypervisor>(null, "hypervisor", "AddLibvirt()"),
            Pool = First<IStorageBackend>(spec.Pool, "storage pool", "AddDirectoryStorage()"),
            Fabric = First<INetworkBackend>(network.Spec.Fabric, "network fabric", "AddLimiQuantix()"),
            VolumeId = Guid.CreateVersion7(),
            NetworkId = network.Id,
            PortId = Guid.CreateVersion7(),
            MacAddress = await ChooseMacAsync(cancellationToken).ConfigureAwait(false),
            InstanceId = "iid-" + id.ToString("N"),
            BaseDigest = image.Status.Digest!.ToString(),
            DefaultUser = image.Spec.OperatingSystem.DefaultUser,
            CreatedAt = timeProvider.GetUtcNow(),
        };
        // The machine's document has the request.
        return new OperationIntent
        {
            ResourceId = id,
            Name = machine.Name,
            StoresRequest = false,
            Reserves = MachineReservations.Of(machine),
            Writes = [.. records.Insert(machine), .. networkWrites],
        };
    }

    // 24 bits are few for a large installation: what is taken is not chosen, and what somebody else takes meanwhile fails the intent.
    private async Task<string> ChooseMacAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var chosen = MacAddresses.Choose();
            if (!await records.IsMacTakenAsync(chosen, cancellationToken).ConfigureAwait(false)) return chosen;
        }
    }

    private static void CheckImage(Image image, MachineSpec spec)
    {
        if (image.Status.Phase != ImagePhase.Ready || image.Status.Digest is null)
        {
            throw new LimiQuantixException(
                ErrorCodes.FailedPrecondition, $"The image '{image.Name}' is not ready: {image.Status.Phase.ToString().ToLowerInvariant()}.",
                "Wait for its import to end.", image.Id.ToString());
        }

        if (spec.DiskSizeBytes < image.Status.VirtualSizeBytes)
        {
            throw new LimiQuantixException(
                ErrorCodes.InvalidArgument, $"DiskSizeBytes {spec.DiskSizeBytes} is smaller than the image's disk of {image.Status.VirtualSizeBytes} bytes.",
                $"Give at least {image.Status.VirtualSizeBytes}.", nameof(MachineSpec.DiskSizeBytes));
        }
    }

    private NodeId ChooseNode(NodeId? wanted) => wanted is null || wanted == environment.NodeId
        ? environment.NodeId
        : throw new LimiQuantixException(
            ErrorCodes.NotFound, $"There is no node '{wanted}'.", $"This installation has the node '{environment.NodeId}'.", wanted.Value.Value);

    private string First<T>(string? wanted, string what, string remedy) where T : class, IProvider
    {
        var names = providers.All<T>().Select(instance => instance.Name).ToList();
        if (wanted is null ? names.Count > 0 : names.Contains(wanted)) return wanted ?? names[0];
        throw wanted is null
            ? new LimiQuantixException(ErrorCodes.FailedPrecondition, $"No {what} is configured.", $"Call {remedy} when the host is built.")
            : new LimiQuantixException(ErrorCodes.NotFound, $"There is no {what} '{wanted}'.", $"There is: {string.Join(", ", names)}.", wanted);
    }
}
