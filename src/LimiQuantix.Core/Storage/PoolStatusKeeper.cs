using LimiQuantix.Core.Instances;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.Resources.Status;
using LimiQuantix.Providers.Instances;
using LimiQuantix.State;
using LimiQuantix.Storage;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Storage;

/// <summary>A pool as it is stored: what hosts said of it. What it is comes from its configuration.</summary>
internal sealed record PoolDocument : ResourceDocument
{
    public required PoolSpec Spec { get; init; }

    /// <summary>The pool as hosts see it.</summary>
    public StoragePool ToPool(PoolStatus status, long statusVersion = 0) => new()
    {
        Id = Id,
        Creator = Creator,
        Sharing = Sharing,
        Name = Name,
        Version = Math.Max(Version, statusVersion),
        Generation = Generation,
        Labels = Labels,
        CreatedAt = CreatedAt,
        Spec = Spec,
        Status = status,
    };
}

/// <summary>What was seen of a pool last.</summary>
internal sealed record PoolStatusDocument : StatusDocument
{
    public StoragePoolStatus? Backend { get; init; }

    /// <summary>The status as hosts see it.</summary>
    public PoolStatus ToStatus() => new() { Backend = Backend, Error = ObservationError, ObservedAt = ObservedAt };
}

/// <summary>Writes what is seen of the pools, as the leader, every minute; each by itself, so that one that does not answer delays no other.</summary>
internal sealed class PoolStatusKeeper(IStateStore store, ProviderInstances providers, TimeProvider timeProvider, ILogger<PoolStatusKeeper> logger) : IEngineService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private readonly StatusTable<PoolStatusDocument> _statuses = new(store, "pools");

    /// <summary>The pools that are configured.</summary>
    public IReadOnlyList<PoolDocument> Configured =>
    [
        .. providers.All<IStorageBackend>().DistinctBy(instance => instance.Name).Select(instance => new PoolDocument
        {
            Id = ResourceDocument.IdOf("pools", null, instance.Name),
            Name = instance.Name,
            Spec = new PoolSpec { Kind = instance.Kind },
        }),
    ];

    public async Task RunAsync(StateLease fence, CancellationToken cancellationToken)
    {
        await new InstanceLoops(providers, timeProvider, logger).RunAsync<IStorageBackend>(
            nameof(IStorageBackend.GetStatusAsync), (instance, token) => KeepAsync(instance, fence, token), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Shows pools as they were seen last.</summary>
    public async Task<IReadOnlyList<StoragePool>> ShowAsync(IReadOnlyList<PoolDocument> documents, CancellationToken cancellationToken)
    {
        var seen = await _statuses.FindAsync(documents.Select(document => document.Id), cancellationToken).ConfigureAwait(false);
        return [.. documents.Select((document, index) => document.ToPool(seen[index]?.Value.ToStatus() ?? new PoolStatus(), seen[index]?.Version ?? 0))];
    }

    /// <summary>Shows a pool as its backend says it is now.</summary>
    public async Task<StoragePool> ObserveAsync(PoolDocument document, CancellationToken cancellationToken)
    {
        var last = await _statuses.FindAsync(document.Id, cancellationToken).ConfigureAwait(false);
        var seen = await SeeAsync(document, last?.Value, cancellationToken).ConfigureAwait(false);
        return document.ToPool(seen.ToStatus(), last?.Version ?? 0);
    }

    // What cannot be seen stays as it was seen last.
    private async Task<PoolStatusDocument> SeeAsync(PoolDocument pool, PoolStatusDocument? last, CancellationToken cancellationToken)
    {
        try
        {
            var backend = await providers.GetAsync<IStorageBackend>(pool.Name, cancellationToken).ConfigureAwait(false);
            var status = await backend.GetStatusAsync(new GetPoolStatusRequest(), cancellationToken).ConfigureAwait(false);
            return new PoolStatusDocument { Id = pool.Id, Backend = status, ObservedAt = timeProvider.GetUtcNow() };
        }
        catch (LimiQuantixException exception)
        {
            return (last ?? new PoolStatusDocument { Id = pool.Id }) with { ObservationError = exception.Error };
        }
    }

    private async Task KeepAsync(ProviderInstanceInfo instance, StateLease fence, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Of several parts the whole speaks for the pool, else the first says that there are several.
            var parts = providers.All<IStorageBackend>().Where(one => one.Name == instance.Name).ToList();
            if ((parts.Find(one => one.Node is null) ?? parts.FirstOrDefault())?.Key == instance.Key
                && providers.CountLate(instance, nameof(IStorageBackend.GetStatusAsync)) < InstanceLoops.MaxLate
                && Configured.FirstOrDefault(pool => pool.Name == instance.Name) is { } pool)
                await LookAsync(pool, fence, cancellationToken).ConfigureAwait(false);
            await Task.Delay(Interval, timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task LookAsync(PoolDocument pool, StateLease fence, CancellationToken cancellationToken)
    {
        var last = await _statuses.FindAsync(pool.Id, cancellationToken).ConfigureAwait(false);
        var seen = await SeeAsync(pool, last?.Value, cancellationToken).ConfigureAwait(false);
        await _statuses.WriteAsync(last, seen, fence, null, cancellationToken).ConfigureAwait(false);
    }
}
