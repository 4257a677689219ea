using LimiQuantix.Core.State;
using LimiQuantix.State;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Operations;

/// <summary>The one lease that makes a process the engine of an installation.</summary>
internal sealed class EngineLease(IStateStore state, OperationEngineOptions options, TimeProvider timeProvider, ILogger<EngineLease> logger)
{
    /// <summary>The lease's name.</summary>
    public const string Name = "engine";

    private const string Prefix = "engine/";
    private const string HandoverKey = "engine/handover";

    private readonly string _holder = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}";
    private readonly TimeSpan _retry = options.LeaseDuration / 7;

    /// <summary>Waits until this process has the lease.</summary>
    public async Task<StateLease> AcquireAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                // The revision first: a lease given back right after our try is then seen by the watch.
                var before = await state.ListAsync(new StateQuery { Prefix = Prefix, Limit = 1 }, cancellationToken).ConfigureAwait(false);
                var lease = await state.AcquireLeaseAsync(Name, _holder, options.LeaseDuration, cancellationToken).ConfigureAwait(false);
                if (lease is not null) return lease;
                await WaitForHandoverAsync(before.Revision, cancellationToken).ConfigureAwait(false);
            }
            catch (LimiQuantixException e)
            {
                logger.LeaseFailed(e);
                await Task.Delay(_retry, timeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Renews the lease until the token ends.</summary>
    /// <returns>Whether the lease is still held; otherwise it was lost.</returns>
    public async Task<bool> KeepAsync(StateLease lease, CancellationToken cancellationToken)
    {
        var expires = lease.ExpiresAt;
        var pause = options.LeaseDuration / 3;
        try
        {
            while (true)
            {
                await Task.Delay(pause, timeProvider, cancellationToken).ConfigureAwait(false);
                // Early enough for the operations to notice before somebody else can begin them.
                var remaining = expires - timeProvider.GetUtcNow() - _retry;
                if (remaining <= TimeSpan.Zero) break;
                if (await TryRenewAsync(lease, remaining, cancellationToken).ConfigureAwait(false) is not { } renewal)
                {
                    pause = _retry;
                    continue;
                }

                if (renewal.Lease is null) break;
                expires = renewal.Lease.ExpiresAt;
                pause = options.LeaseDuration / 3;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return true;
        }

        logger.LeaseLost(lease.Token);
        return false;
    }

    /// <summary>Gives the lease back and wakes the engines that wait for it.</summary>
    public async Task ReleaseAsync(StateLease lease, CancellationToken cancellationToken)
    {
        await state.ReleaseLeaseAsync(lease, cancellationToken).ConfigureAwait(false);
        logger.LeaseReleased(lease.Token);
        var note = new StateMutation { Key = HandoverKey, Value = "{}"u8.ToArray() };
        await state.CommitAsync(new StateTransaction { Mutations = [note] }, cancellationToken).ConfigureAwait(false);
    }

    // Null when the store did not answer: the lease may still be ours. A lease of null when it is not.
    private async Task<Renewal?> TryRenewAsync(StateLease lease, TimeSpan remaining, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(remaining, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var renewed = await state.AcquireLeaseAsync(Name, _holder, options.LeaseDuration, either.Token).ConfigureAwait(false);
            if (renewed is null || renewed.Token == lease.Token) return new Renewal(renewed);
            // It had lapsed: what we hold now is a new lease, and the operations of the old one must stop first.
            await state.ReleaseLeaseAsync(renewed, either.Token).ConfigureAwait(false);
            return new Renewal(null);
        }
        catch (LimiQuantixException e)
        {
            logger.LeaseFailed(e);
            return null;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LeaseFailed(e);
            return null;
        }
    }

    private async Task WaitForHandoverAsync(long revision, CancellationToken cancellationToken)
    {
        using var poll = new CancellationTokenSource(_retry, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(poll.Token, cancellationToken);
        try
        {
            await foreach (var _ in state.WatchAsync(Prefix, revision, either.Token).ConfigureAwait(false)) return;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Time to try again: the holder may have crashed.
        }
    }

    private readonly record struct Renewal(StateLease? Lease);
}
