using LimiQuantix.Providers.Instances;
using LimiQuantix.Providers.Loading;
using LimiQuantix.Core.Resources;
using LimiQuantix.Guests;
using LimiQuantix.Machines;
using LimiQuantix.Nodes;

namespace LimiQuantix.Core.Machines.Observation;

/// <summary>Reads machines: what is stored, with what the hypervisor sees now.</summary>
internal sealed class MachineReader(ResourceTable<MachineDocument> machines, ProviderInstances providers, TimeProvider timeProvider)
{
    private static readonly TimeSpan ObserveTimeout = TimeSpan.FromSeconds(30);

    public async Task<VirtualMachine> GetAsync(Guid id, string project, CancellationToken cancellationToken) =>
        await ComposeAsync((await machines.GetAsync(id, project, cancellationToken).ConfigureAwait(false)).Value, cancellationToken).ConfigureAwait(false);

    public async Task<IReadOnlyList<VirtualMachine>> ListAsync(string project, CancellationToken cancellationToken)
    {
        var documents = await machines.ListAsync(project, cancellationToken).ConfigureAwait(false);
        var result = new List<VirtualMachine>(documents.Count);
        foreach (var group in documents.GroupBy(d => (d.Hypervisor, d.NodeId)))
        {
            var (observations, error) = await TryAsync(group.Key, ListAsync, cancellationToken).ConfigureAwait(false);
            result.AddRange(group.Select(d => MachineView.Compose(
                d, observations?.GetValueOrDefault(d.Id), error, [], timeProvider.GetUtcNow())));
        }

        return [.. result.OrderBy(machine => machine.Id)];
    }

    public async Task<VirtualMachine> ComposeAsync(MachineDocument document, CancellationToken cancellationToken)
    {
        var (observation, error) = await TryAsync(
            (document.Hypervisor, document.NodeId), async (hypervisor, token) =>
                (await hypervisor.ObserveAsync(new ObserveMachineRequest { MachineId = document.Id }, token).ConfigureAwait(false)).Machine, cancellationToken).ConfigureAwait(false);
        var addresses = observation?.PowerState == PowerState.Running
            ? await AddressesAsync(document, cancellationToken).ConfigureAwait(false)
            : [];
        return MachineView.Compose(document, observation, error, addresses, timeProvider.GetUtcNow());
    }

    private async Task<IReadOnlyList<MachineAddress>> AddressesAsync(MachineDocument document, CancellationToken cancellationToken)
    {
        var (addresses, _) = await TryAsync(
            (document.Hypervisor, document.NodeId),
            async (hypervisor, token) => hypervisor.GetCapability<IGuestAgent>() is { } agent
                ? (await agent.GetAddressesAsync(new GetGuestAddressesRequest { MachineId = document.Id }, token).ConfigureAwait(false)).Addresses
                : null,
            cancellationToken).ConfigureAwait(false);
        return [.. (addresses ?? []).Select(address => new MachineAddress { Address = address, Source = AddressSource.Agent })];
    }

    private async Task<(T? Value, LimiQuantixError? Error)> TryAsync<T>(
        (string Name, NodeId Node) instance, Func<IHypervisor, CancellationToken, Task<T?>> ask, CancellationToken cancellationToken) where T : class
    {
        using var deadline = new CancellationTokenSource(ObserveTimeout, timeProvider);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var hypervisor = await providers.GetAsync<IHypervisor>(instance.Name, instance.Node, linked.Token).ConfigureAwait(false);
            return (await ask(hypervisor, linked.Token).ConfigureAwait(false), null);
        }
        catch (LimiQuantixException exception)
        {
            return (null, exception.Error);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, new LimiQuantixError
            {
                Code = ErrorCodes.Timeout,
                Message = $"The hypervisor '{instance.Name}' of node '{instance.Node}' did not answer in {ObserveTimeout.TotalSeconds:0} s.",
                IsTransient = true,
            });
        }
    }

    private static async Task<Dictionary<Guid, MachineObservation>?> ListAsync(IHypervisor hypervisor, CancellationToken cancellationToken)
    {
        var observations = new Dictionary<Guid, MachineObservation>();
        await foreach (var observation in hypervisor.ListAsync(new ListMachinesRequest(), cancellationToken).ConfigureAwait(false))
        {
            if (observation.MachineId is { } id) observations[id] = observation;
        }

        return observations;
    }
}
