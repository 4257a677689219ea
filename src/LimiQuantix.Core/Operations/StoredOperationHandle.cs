using System.Runtime.CompilerServices;
using System.Threading.Channels;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Operations;

/// <summary>A hold on an operation by following its stored record, whichever process runs it.</summary>
internal sealed class StoredOperationHandle<T>(
    OperationStore operations, Operation operation, Func<CancellationToken, Task<T>> loadResult) : OperationHandle<T>
{
    /// <inheritdoc/>
    public override Guid Id => operation.Id;

    /// <inheritdoc/>
    public override Guid ResourceId => operation.ResourceId;

    /// <inheritdoc/>
    public override async IAsyncEnumerable<OperationProgress> WatchProgressAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // One place: what a slow reader has not taken is replaced by what is newer.
        var newest = Channel.CreateBounded<OperationProgress>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pump = PumpAsync(newest.Writer, ended.Token);
        try
        {
            await foreach (var progress in newest.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false)) yield return progress;
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await pump.ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override async Task<T> CompletedAsync(CancellationToken cancellationToken = default)
    {
        var last = operation;
        await foreach (var state in operations.FollowAsync(Id, cancellationToken).ConfigureAwait(false)) last = state;
        return last.Phase switch
        {
            OperationPhase.Succeeded =>
                await operations.GetResultAsync<T>(Id, cancellationToken).ConfigureAwait(false) is { } stored
                    ? stored
                    : await loadResult(cancellationToken).ConfigureAwait(false),
            _ => throw new LimiQuantixException(last.Error ?? OperationErrors.Cancelled(last)),
        };
    }

    /// <inheritdoc/>
    public override Task CancelAsync(CancellationToken cancellationToken = default) => operations.RequestCancelAsync(Id, cancellationToken);

    private async Task PumpAsync(ChannelWriter<OperationProgress> newest, CancellationToken cancellationToken)
    {
        try
        {
            OperationProgress? told = null;
            await foreach (var state in operations.FollowAsync(Id, cancellationToken).ConfigureAwait(false))
            {
                if (state.Progress is null || state.Progress == told) continue;
                told = state.Progress;
                newest.TryWrite(told);
            }

            newest.Complete();
        }
        catch (Exception e)
        {
            // The reader gets it.
            newest.Complete(e);
        }
    }
}

/// <summary>A hold on an operation that had nothing to do: it was never stored, and has ended.</summary>
internal sealed class EndedOperationHandle<T>(Operation operation, Func<CancellationToken, Task<T>> loadResult) : OperationHandle<T>
{
    /// <inheritdoc/>
    public override Guid Id => operation.Id;

    /// <inheritdoc/>
    public override Guid ResourceId => operation.ResourceId;

    /// <inheritdoc/>
    public override async IAsyncEnumerable<OperationProgress> WatchProgressAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield break;
    }

    /// <inheritdoc/>
    public override Task<T> CompletedAsync(CancellationToken cancellationToken = default) => loadResult(cancellationToken);

    /// <inheritdoc/>
    public override Task CancelAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;
}
