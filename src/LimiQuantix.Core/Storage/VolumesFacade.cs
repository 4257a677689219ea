using LimiQuantix.Core.Resources;
using LimiQuantix.Storage;

namespace LimiQuantix.Core.Storage;

/// <summary>The volumes as one caller sees them.</summary>
internal sealed class VolumesFacade(Caller caller, Access access, ResourceTable<Volume> volumes) : IVolumes
{
    public async Task<Volume> GetAsync(Guid id, CancellationToken cancellationToken = default)
    {
        return (await access.GetAsync(caller, Actions.VolumesGet, volumes, id, null, cancellationToken).ConfigureAwait(false)).Value;
    }

    public async Task<IReadOnlyList<Volume>> ListAsync(CancellationToken cancellationToken = default)
    {
        await access.EnsureAllowedAsync(caller, Actions.VolumesList, Access.Target(volumes.Kind, caller), null, cancellationToken).ConfigureAwait(false);
        return await volumes.ListAsync(caller.Project, cancellationToken).ConfigureAwait(false);
    }
}
