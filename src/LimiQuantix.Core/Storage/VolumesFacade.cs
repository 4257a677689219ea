using LimiQuantix.Core.Resources;
using LimiQuantix.Storage;

namespace LimiQuantix.Core.Storage;

/// <summary>The volumes as one caller sees them.</summary>
internal sealed class VolumesFacade(Caller caller, Access access, ResourceTable<VolumeDocument> volumes) : IVolumes
{
    public async Task<Volume> GetAsync(Guid id, CancellationToken cancellationToken = default) =>
        (await access.GetAsync(caller, Actions.VolumesGet, volumes, id, null, cancellationToken).ConfigureAwait(false)).Value.ToVolume();

    public async Task<IReadOnlyList<Volume>> ListAsync(CancellationToken cancellationToken = default)
    {
        await access.EnsureAllowedAsync(caller, Actions.VolumesList, Access.Target(volumes.Kind, caller), null, cancellationToken).ConfigureAwait(false);
        return [.. (await volumes.ListAsync(caller.Project, cancellationToken).ConfigureAwait(false)).Select(volume => volume.ToVolume())];
    }
}
