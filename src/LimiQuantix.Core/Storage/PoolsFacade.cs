using LimiQuantix.Core.Resources;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Providers.Loading;
using LimiQuantix.Storage;

namespace LimiQuantix.Core.Storage;

/// <summary>The storage pools as one caller sees them.</summary>
internal sealed class PoolsFacade(Caller caller, Access access, ProviderInstances providers) : IPools
{
    private const string Kind = "pools";

    public async Task<IReadOnlyList<StoragePool>> ListAsync(CancellationToken cancellationToken = default)
    {
        await access.EnsureAllowedAsync(caller, Actions.PoolsList, Access.InstallationTarget(Kind), null, cancellationToken).ConfigureAwait(false);
        return await Task.WhenAll(providers.All<IStorageBackend>().DistinctBy(instance => instance.Name).Select(instance => DescribeAsync(instance, cancellationToken))).ConfigureAwait(false);
    }

    public async Task<StoragePool> GetAsync(string name, CancellationToken cancellationToken = default)
    {
        var instance = providers.All<IStorageBackend>().FirstOrDefault(i => i.Name == name)
            ?? throw new LimiQuantixException(ErrorCodes.NotFound, $"There is no storage pool '{Names.Show(name)}'.", "List the pools to see which exist.", name);
        await access.EnsureAllowedAsync(caller, Actions.PoolsGet, Access.InstallationTarget(Kind, name), null, cancellationToken).ConfigureAwait(false);
        return await DescribeAsync(instance, cancellationToken).ConfigureAwait(false);
    }

    private async Task<StoragePool> DescribeAsync(ProviderInstanceInfo instance, CancellationToken cancellationToken)
    {
        var pool = new StoragePool
        {
            Id = ResourceDocument.IdOf("pools", null, instance.Name),
            Name = instance.Name,
            Generation = 1,
            Spec = new PoolSpec { Kind = instance.Kind },
            Status = new PoolStatus(),
        };
        try
        {
            var backend = await providers.GetAsync<IStorageBackend>(instance.Name, cancellationToken).ConfigureAwait(false);
            return pool with { Status = new PoolStatus { Backend = await backend.GetStatusAsync(new GetPoolStatusRequest(), cancellationToken).ConfigureAwait(false) } };
        }
        catch (LimiQuantixException exception)
        {
            return pool with { Status = new PoolStatus { Error = exception.Error } };
        }
    }
}
