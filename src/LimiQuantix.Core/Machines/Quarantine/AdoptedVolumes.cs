using LimiQuantix.Providers.Instances;
using LimiQuantix.Storage;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Machines.Quarantine;

/// <summary>
/// What the pools keep of the volumes of a machine that is adopted: what is asked of them from now on must not be lower. A pool that does not answer holds up
/// no adoption; in an era of its own, as after a restored backup, nothing is lower anyhow.
/// </summary>
internal sealed partial class AdoptedVolumes(ProviderInstances providers, TimeProvider timeProvider, ILogger<AdoptedVolumes> logger)
{
    private static readonly TimeSpan AskLimit = TimeSpan.FromSeconds(20);

    public async Task<IReadOnlyDictionary<Guid, ProviderMark>> ReadMarksAsync(MachineDocument machine, CancellationToken cancellationToken)
    {
        Dictionary<Guid, ProviderMark> marks = [];
        using var deadline = new CancellationTokenSource(AskLimit, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        foreach (var disk in machine.Disks)
        {
            if (disk is not { IsAdopted: false, VolumeId: { } id }) continue;
            try
            {
                var pool = await providers.GetWholeAsync<IStorageBackend>(disk.Pool, machine.NodeId, either.Token).ConfigureAwait(false);
                await foreach (var volume in pool.ListAsync(new ListVolumesRequest { VolumeId = id }, either.Token).ConfigureAwait(false))
                {
                    if (volume.VolumeId == id && volume.Mark is { } mark) marks[id] = mark;
                }
            }
            catch (LimiQuantixException exception)
            {
                LogNotRead(logger, exception.Trace(), exception.Reason(), id, disk.Pool);
            }
            catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
            {
                LogNotRead(logger, exception.Trace(), exception.Reason(), id, disk.Pool);
            }
        }

        return marks;
    }

    [LoggerMessage(1, LogLevel.Warning, "What is kept of volume {VolumeId} in pool {Pool} could not be read; it is adopted without: {Reason}")]
    private static partial void LogNotRead(ILogger logger, Exception? exception, string reason, Guid volumeId, string pool);
}
