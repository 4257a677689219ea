using LimiQuantix.Core.Machines;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Plugins;
using LimiQuantix.Providers.Instances;
using LimiQuantix.State;
using LimiQuantix.Storage;

namespace LimiQuantix.Core.Instances;

/// <summary>The instances as one caller sees them.</summary>
internal sealed class InstancesFacade(
    Caller caller, Access access, ProviderInstances instances, StoredInstances stored, InstanceRecords records, FeatureDeclarations features,
    ResourceTable<MachineDocument> machines) : IInstances
{
    private const string Kind = "instances";

    public async Task<IReadOnlyList<Instance>> ListAsync(InstanceQuery? query = null, CancellationToken cancellationToken = default)
    {
        await access.EnsureAllowedAsync(caller, Actions.InstancesList, Access.InstallationTarget(Kind), query, cancellationToken).ConfigureAwait(false);
        await stored.EnsureLoadedAsync(cancellationToken).ConfigureAwait(false);
        query ??= new InstanceQuery();
        Instance[] found =
        [
            .. All().Where(one => (query.Contract is null || query.Contract == one.Key.Contract)
                && (query.Kind is null || query.Kind == one.Kind)
                && (query.Node is null || query.Node == one.Key.Node)
                && (query.Phase is null || query.Phase == one.Phase)),
        ];
        return await Task.WhenAll(found.Select(one => WithFeaturesAsync(one, cancellationToken))).ConfigureAwait(false);
    }

    public async Task<Instance> GetAsync(InstanceKey key, GetOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        await access.EnsureAllowedAsync(caller, Actions.InstancesGet, Access.InstallationTarget(Kind, key.Name), key, cancellationToken).ConfigureAwait(false);
        await stored.EnsureLoadedAsync(cancellationToken).ConfigureAwait(false);
        return await WithFeaturesAsync(Find(key) ?? throw NotFound(key), cancellationToken).ConfigureAwait(false);
    }

    public async Task<Instance> AddAsync(InstanceSpec spec, AddInstanceOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(spec);
        await access.EnsureAllowedAsync(caller, Actions.InstancesAdd, Access.InstallationTarget(Kind, spec.Name), spec, cancellationToken).ConfigureAwait(false);
        await stored.EnsureLoadedAsync(cancellationToken).ConfigureAwait(false);
        var judged = instances.Resolve(new InstanceConfiguration
        {
            Kind = spec.Kind,
            Name = spec.Name,
            Contract = spec.Contract,
            Node = spec.Node,
            Origin = InstanceOrigin.State,
            Steps = [new InstanceStep { Settings = new Dictionary<string, string?>(spec.Settings, StringComparer.OrdinalIgnoreCase) }],
        });
        var key = judged.Info.ToKey();
        EnsureNotState(key);
        var document = new InstanceDocument
        {
            Contract = key.Contract, Name = key.Name, Node = key.Node?.Value, Kind = judged.Info.Kind, Settings = new Dictionary<string, string?>(spec.Settings),
        };
        await records.ChangeAsync(
            key, there => there?.Kind is not null || Find(key) is not null ? throw Taken(key) : document, cancellationToken).ConfigureAwait(false);
        await stored.ApplyAsync(key, cancellationToken).ConfigureAwait(false);
        return Find(key) ?? throw NotFound(key);
    }

    public async Task RemoveAsync(InstanceKey key, RemoveInstanceOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        await access.EnsureAllowedAsync(caller, Actions.InstancesRemove, Access.InstallationTarget(Kind, key.Name), key, cancellationToken).ConfigureAwait(false);
        await stored.EnsureLoadedAsync(cancellationToken).ConfigureAwait(false);
        if (Find(key) is { Origin: not InstanceOrigin.State } configured)
        {
            throw new LimiQuantixException(
                ErrorCodes.FailedPrecondition, $"{key} comes from the host's {(configured.Origin == InstanceOrigin.Code ? "code" : "configuration")}.",
                "Take it out there, or close it.", key.Name);
        }

        await EnsureUnusedAsync(key, cancellationToken).ConfigureAwait(false);
        await records.ChangeAsync(key, _ => null, cancellationToken).ConfigureAwait(false);
        await stored.ApplyAsync(key, cancellationToken).ConfigureAwait(false);
    }

    public async Task<Instance> OpenAsync(InstanceKey key, OpenInstanceOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        await access.EnsureAllowedAsync(caller, Actions.InstancesOpen, Access.InstallationTarget(Kind, key.Name), key, cancellationToken).ConfigureAwait(false);
        await SetClosedAsync(key, isClosed: false, cancellationToken).ConfigureAwait(false);
        try
        {
            if (instances.All().FirstOrDefault(info => info.ToKey() == key) is { } info) await instances.GetAsync(info, cancellationToken).ConfigureAwait(false);
        }
        catch (LimiQuantixException)
        {
            // The instance says it.
        }

        return Find(key) ?? throw NotFound(key);
    }

    public async Task<Instance> CloseAsync(InstanceKey key, CloseInstanceOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        await access.EnsureAllowedAsync(caller, Actions.InstancesClose, Access.InstallationTarget(Kind, key.Name), key, cancellationToken).ConfigureAwait(false);
        EnsureNotState(key);
        await SetClosedAsync(key, isClosed: true, cancellationToken).ConfigureAwait(false);
        return Find(key) ?? throw NotFound(key);
    }

    private async Task SetClosedAsync(InstanceKey key, bool isClosed, CancellationToken cancellationToken)
    {
        await stored.EnsureLoadedAsync(cancellationToken).ConfigureAwait(false);
        if (Find(key) is null) throw NotFound(key);
        await records.ChangeAsync(
            key,
            there => (there, isClosed) switch
            {
                (null, false) => null,
                (null, true) => new InstanceDocument { Contract = key.Contract, Name = key.Name, Node = key.Node?.Value, IsClosed = true },
                ({ Kind: null }, false) => null,
                _ => there with { IsClosed = isClosed },
            },
            cancellationToken).ConfigureAwait(false);
        await stored.ApplyAsync(key, cancellationToken).ConfigureAwait(false);
    }

    private IEnumerable<Instance> All() => instances.Describe()
        .Select(one => new Instance
        {
            Key = one.Info.ToKey(), Kind = one.Info.Kind, PluginId = one.Info.PluginId, Origin = one.Info.Origin, Phase = one.Phase, Error = one.Error,
        })
        .Concat(stored.Refused.Select(one => new Instance
        {
            Key = one.Document.ToKey(), Kind = one.Document.Kind ?? "", PluginId = "", Origin = InstanceOrigin.State, Phase = InstancePhase.Refused, Error = one.Error,
        }));

    private async Task<Instance> WithFeaturesAsync(Instance instance, CancellationToken cancellationToken) =>
        instance with { Features = await features.FindAsync(instance.Key, cancellationToken).ConfigureAwait(false) };

    private Instance? Find(InstanceKey key) => All().FirstOrDefault(instance => instance.Key == key);

    /// <summary>What a machine is made of stays while the machine does.</summary>
    private async Task EnsureUnusedAsync(InstanceKey key, CancellationToken cancellationToken)
    {
        foreach (var machine in await machines.ListAsync(null, cancellationToken).ConfigureAwait(false))
        {
            var uses = key.Contract switch
            {
                nameof(IHypervisor) => machine.Hypervisor == key.Name,
                nameof(IStorageBackend) => machine.AllDisks.Any(disk => disk.Pool == key.Name),
                nameof(INetworkBackend) => machine.AllNics.Any(nic => nic.Fabric == key.Name),
                _ => false,
            };
            if (!uses || (key.Node is { } node && node != machine.NodeId)) continue;
            throw new LimiQuantixException(
                ErrorCodes.FailedPrecondition, $"{key} is used by machine '{machine.Name}' of project '{machine.Project}'.",
                "Delete the machines that use it, or close the instance.", key.Name);
        }
    }

    private static void EnsureNotState(InstanceKey key)
    {
        if (key.Contract != nameof(IStateStore)) return;
        throw new LimiQuantixException(
            ErrorCodes.FailedPrecondition, "The state store is where instances are kept: it cannot be added or closed.", "Choose it in code or configuration.", key.Name);
    }

    private static LimiQuantixException Taken(InstanceKey key) => new(
        ErrorCodes.Conflict, $"There is {key}.", "Choose another name, or remove that one.", key.Name);

    private static LimiQuantixException NotFound(InstanceKey key) => new(
        ErrorCodes.NotFound, $"There is no {key}.", "List the instances to see which exist.", key.Name);
}
