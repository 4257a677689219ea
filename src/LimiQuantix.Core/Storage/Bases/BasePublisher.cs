using LimiQuantix.Core.Images.Library;
using LimiQuantix.Core.Jobs;
using LimiQuantix.Core.Machines;
using LimiQuantix.Core.Operations;
using LimiQuantix.Images;
using LimiQuantix.Jobs;
using LimiQuantix.Nodes;
using LimiQuantix.Operations;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Storage;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Storage.Bases;

/// <summary>
/// Puts an image's bytes into a pool as a base, once per digest, so that a machine's disk never depends on the library, which is
/// evictable. The pool does the work, as a job; all who want the same base in the same pool wait for one job.
/// </summary>
internal sealed class BasePublisher(
    ImageStores stores, Installation installation, ProviderJobRunner runner, EngineRetry retry, ILogger<BasePublisher> logger)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<BaseKey, SharedWork> _running = [];

    /// <summary>
    /// Returns when the pool has the base; that neither the pool nor the image store has it is an error that says so. When the
    /// operation is cancelled by its user and nobody else waits, the job is cancelled too; when the engine stops, it goes on.
    /// </summary>
    public async Task PublishAsync(ImageDigest digest, string poolName, NodeId? part, IStorageBackend pool, OperationContext context, CancellationToken cancellationToken)
    {
        context.Report(new OperationProgress { Step = MachineStepNames.Base });
        while (true)
        {
            var (work, isJoined) = Join(new BaseKey(poolName, part, digest), pool, context.Report);
            if (isJoined)
            {
                await WaitAsync(work, context, cancellationToken).ConfigureAwait(false);
                return;
            }

            // It is over, or the last of those who waited has just given up: what comes after them is a work of its own.
            await work.Ended.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private (SharedWork Work, bool IsJoined) Join(BaseKey key, IStorageBackend pool, Action<OperationProgress> report)
    {
        lock (_lock)
        {
            if (_running.TryGetValue(key, out var running))
            {
                if (!running.CanJoin) return (running, false);
                running.Join(report);
                return (running, true);
            }

            var started = new StartedJob();
            var work = new SharedWork(() => Remove(key));
            _running.Add(key, work);
            work.Join(report);
            work.Start(
                token => ImportAsync(key, pool, work, started, token),
                token => started.Job is null ? Task.CompletedTask : runner.CancelAsync(started.Job, started.Id, token));
            return (work, true);
        }
    }

    private void Remove(BaseKey key)
    {
        lock (_lock) _running.Remove(key);
    }

    private async Task WaitAsync(SharedWork work, OperationContext context, CancellationToken cancellationToken)
    {
        var isCancelled = false;
        try
        {
            await work.Done.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            isCancelled = context.IsCancelRequested && !context.Stopping.IsCancellationRequested;
            throw;
        }
        finally
        {
            bool isLast;
            lock (_lock) isLast = work.Leave(context.Report, isCancelled);
            if (isLast) await work.EndAsync(context.Stopping).ConfigureAwait(false);
        }
    }

    private Task ImportAsync(BaseKey key, IStorageBackend pool, SharedWork work, StartedJob started, CancellationToken cancellationToken)
    {
        var what = $"The import of base {key.Digest} into pool '{key.Title}'";
        return retry.RunAsync(
            token => AttemptAsync(what, key, pool, work, started, token),
            (error, pause) => logger.TriedAgain(what, error.Code, pause, error.Message),
            cancellationToken);
    }

    private async Task AttemptAsync(string what, BaseKey key, IStorageBackend pool, SharedWork work, StartedJob started, CancellationToken cancellationToken)
    {
        var found = await pool.FindBaseAsync(new FindBaseRequest { Digest = key.Digest }, cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (found.Base is not null) return;
        var image = await stores.FindAsync(key.Digest, cancellationToken).ConfigureAwait(false) ?? throw new LimiQuantixException(
            ErrorCodes.NotFound,
            $"Neither pool '{key.Title}' nor the image store has the image {key.Digest}: its file was taken out, or was damaged and deleted.",
            "Import the image again: IImages.EnsureAsync fetches it anew.",
            key.Digest.ToString());
        var import = new BaseImport
        {
            Digest = image.Digest,
            Format = image.Format,
            LengthBytes = image.SizeBytes,
            VirtualSizeBytes = image.VirtualSizeBytes,
            Source = image.File ?? throw new LimiQuantixException(
                ErrorCodes.FailedPrecondition, "The image store keeps no files that a pool could read.", "Use a store of files on the pool's node.", key.Digest.ToString()),
        };
        var installationId = await installation.GetIdAsync(cancellationToken).ConfigureAwait(false);
        started.Job = new ProviderJob
        {
            What = what,
            Target = key.Pool,
            Jobs = pool.GetCapability<IProviderJobs>() ?? throw new LimiQuantixException(
                ErrorCodes.Internal, $"Pool '{key.Pool}' has no jobs.", "Its plugin must give IProviderJobs as a capability.", key.Pool),
            IdOf = generation => JobId.Derive(installationId.ToString(), "base", key.Title, key.Digest.ToString(), $"{generation}"),
            Begin = (id, token) => pool.ImportBaseAsync(new ImportBaseRequest { Call = ProviderCallScope.NewSharedCall(), JobId = id, Import = import }, token),
            Chosen = id => started.Id = id,
            Report = progress => work.Report(new OperationProgress
            {
                Step = progress.Step == MachineStepNames.Convert ? MachineStepNames.Convert : MachineStepNames.Base,
                Completed = progress.Completed,
                Total = progress.Total,
            }),
        };
        await runner.RunAsync(started.Job, cancellationToken).ConfigureAwait(false);
    }

    private sealed record BaseKey(string Pool, NodeId? Part, ImageDigest Digest)
    {
        // No name has an @.
        public string Title => Part is null ? Pool : $"{Pool}@{Part}";
    }

    private sealed class StartedJob
    {
        public ProviderJob? Job { get; set; }

        public Guid Id { get; set; }
    }
}
