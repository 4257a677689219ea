using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.State;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Operations;

/// <summary>
/// The one lease that makes a process the engine of an installation. How long it is held is told by this process's monotonic clock alone,
/// counted from the beginning of the last renewal that succeeded.
/// </summary>
internal sealed class EngineLease(IStateStore state, OperationEngineOptions options, TimeProvider timeProvider, ILogger<EngineLease> logger)
{
    /// <summary>The lease's name.</summary>
    public const string Name = "engine";

    private readonly RepeatedFailures _failures = new(timeProvider);

    private const string Prefix = "engine/";
    private const string HandoverKey = "engine/handover";

    /// <summary>The key of the note of who took the lease last.</summary>
    public const string HolderKey = "engine-holder";

    private readonly TimeSpan _retry = options.LeaseDuration / 7;
    private Hold? _hold;
    private StateLease? _left;

    /// <summary>
    /// Whether nobody else can have taken over by now: the last renewal that succeeded began less than the duration, minus a seventh, ago. Before
    /// every call that changes something outside the state this is looked at; inside the state the fence decides. Thread-safe.
    /// </summary>
    public bool IsSureToLead => Volatile.Read(ref _hold) is { } hold && Remaining(hold) > TimeSpan.Zero;

    /// <summary>Refuses to go on when <see cref="IsSureToLead"/> does not hold.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotLeader"/>.</exception>
    public void EnsureSureToLead()
    {
        if (IsSureToLead) return;
        throw new LimiQuantixException(
            ErrorCodes.NotLeader,
            "This process could not renew its lease in time: another engine may have taken over.",
            "Nothing is to be done: whichever engine leads goes on.",
            isTransient: true);
    }

    /// <summary>Waits until this process has the lease.</summary>
    public async Task<StateLease> AcquireAsync(CancellationToken cancellationToken)
    {
        // A name of its own for every time: what was done under a former hold has a former token.
        var self = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}";
        var isTold = false;
        while (true)
        {
            try
            {
                await ReleaseLeftAsync(cancellationToken).ConfigureAwait(false);
                // The cursor first: a lease given back right after our try is then seen by the watch.
                var before = await state.ListAsync(new StateQuery { Prefix = Prefix, Limit = 1, KeysOnly = true }, cancellationToken).ConfigureAwait(false);
                var began = timeProvider.GetTimestamp();
                var lease = await state.AcquireLeaseAsync(Name, self, options.LeaseDuration, cancellationToken).ConfigureAwait(false);
                if (lease is not null)
                {
                    _failures.Forget(this);
                    Volatile.Write(ref _hold, new Hold(lease, began));
                    await NoteHolderAsync(lease, cancellationToken).ConfigureAwait(false);
                    return lease;
                }

                var holder = await FindHolderAsync(cancellationToken).ConfigureAwait(false);
                if (holder is not null && await TryFreeAsync(holder, cancellationToken).ConfigureAwait(false)) continue;
                if (!isTold) logger.StandsBy(holder?.Holder ?? "unknown", options.LeaseDuration);
                isTold = true;
                await WaitForHandoverAsync(before.Cursor, cancellationToken).ConfigureAwait(false);
            }
            catch (LimiQuantixException e)
            {
                var (level, trace, reason) = _failures.Judge(this, e);
                logger.LeaseFailed(level, trace, reason);
                await Task.Delay(_retry, timeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Renews the lease until the token ends.</summary>
    /// <returns>Whether the lease is still held; otherwise it was lost.</returns>
    public async Task<bool> KeepAsync(StateLease lease, CancellationToken cancellationToken)
    {
        var pause = options.LeaseDuration / 3;
        try
        {
            while (true)
            {
                await Task.Delay(pause, timeProvider, cancellationToken).ConfigureAwait(false);
                // Early enough for the operations to notice before somebody else can begin them.
                if (Volatile.Read(ref _hold) is not { } hold || hold.Lease.Token != lease.Token || Remaining(hold) is var remaining && remaining <= TimeSpan.Zero) break;
                var renewed = await TryRenewAsync(lease, remaining, cancellationToken).ConfigureAwait(false);
                if (renewed is false) break;
                pause = renewed is true ? options.LeaseDuration / 3 : Shorter(_retry, remaining);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return true;
        }

        Volatile.Write(ref _hold, null);
        // Perhaps still ours, when nobody contends: given back before it is taken anew, by when nothing of this hold runs any more.
        _left = lease;
        logger.LeaseLost(lease.Token);
        return false;
    }

    /// <summary>Asks the state at once whether a lease is still held, as when a provider has heard a later engine.</summary>
    /// <returns>Whether it is; when not, or when that cannot be told, nothing more is begun under it.</returns>
    public async Task<bool> ConfirmAsync(StateLease lease, CancellationToken cancellationToken)
    {
        try
        {
            if (Volatile.Read(ref _hold) is { } hold && hold.Lease.Token == lease.Token && Remaining(hold) is var remaining && remaining > TimeSpan.Zero
                && await TryRenewAsync(lease, remaining, cancellationToken).ConfigureAwait(false) is true)
                return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }

        // Whoever keeps the lease looks at the same: it is lost at its next look.
        if (Volatile.Read(ref _hold) is { } known && known.Lease.Token == lease.Token) Volatile.Write(ref _hold, null);
        return false;
    }

    /// <summary>Gives the lease back and wakes the engines that wait for it.</summary>
    public async Task ReleaseAsync(StateLease lease, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _hold, null);
        await state.ReleaseLeaseAsync(lease, cancellationToken).ConfigureAwait(false);
        logger.LeaseReleased(lease.Token);
        var note = new StateMutation { Key = HandoverKey, Value = "{}"u8.ToArray() };
        await state.CommitPatientlyAsync(new StateTransaction { Mutations = [note] }, cancellationToken).ConfigureAwait(false);
    }

    // True: renewed. False: lost. Null: the store did not answer, and the lease may still be ours.
    private async Task<bool?> TryRenewAsync(StateLease lease, TimeSpan remaining, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(remaining, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var began = timeProvider.GetTimestamp();
            var renewed = await state.AcquireLeaseAsync(Name, lease.Holder, options.LeaseDuration, either.Token).ConfigureAwait(false);
            if (renewed is not null && renewed.Token == lease.Token && renewed.Era == lease.Era)
            {
                Volatile.Write(ref _hold, new Hold(lease, began));
                _failures.Forget(this);
                return true;
            }

            // Another had it meanwhile, or a new era began: what we hold now is a new lease, and the operations of the old one must stop first.
            if (renewed is not null) await state.ReleaseLeaseAsync(renewed, either.Token).ConfigureAwait(false);
            return false;
        }
        catch (LimiQuantixException e)
        {
            var (level, trace, reason) = _failures.Judge(this, e);
            logger.LeaseFailed(level, trace, reason);
            return null;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            var (level, trace, reason) = _failures.Judge(this, e);
            logger.LeaseFailed(level, trace, reason);
            return null;
        }
    }

    // So that another process of this computer need not wait when this one dies. Whether it is written does not matter otherwise.
    private async Task NoteHolderAsync(StateLease lease, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_retry, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var note = new LeaseHolderNote { Holder = lease.Holder, Token = lease.Token, Process = ProcessIdentity.Own };
            var write = new StateMutation { Key = HolderKey, Value = DocumentSerializer<LeaseHolderNote>.Write(note) };
            await state.CommitPatientlyAsync(new StateTransaction { Mutations = [write], Fence = lease }, either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is LimiQuantixException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            logger.HolderNotNoted(e.Message);
        }
    }

    private async Task<LeaseHolderNote?> FindHolderAsync(CancellationToken cancellationToken) =>
        await state.GetAsync(HolderKey, cancellationToken).ConfigureAwait(false) is { } entry ? DocumentSerializer<LeaseHolderNote>.Read(entry).Value : null;

    /// <summary>Gives back the lease of a process that is proven dead, in its name: nobody else has that name, and it cannot use the lease any more.</summary>
    private async Task<bool> TryFreeAsync(LeaseHolderNote holder, CancellationToken cancellationToken)
    {
        if (holder.Process?.IsProvenDead(ProcessIdentity.Own) != true) return false;
        if (await state.AcquireLeaseAsync(Name, holder.Holder, options.LeaseDuration, cancellationToken).ConfigureAwait(false) is not { } orphan) return false;
        await state.ReleaseLeaseAsync(orphan, cancellationToken).ConfigureAwait(false);
        logger.HolderIsDead(holder.Holder);
        return true;
    }

    private async Task ReleaseLeftAsync(CancellationToken cancellationToken)
    {
        if (_left is not { } left) return;
        await state.ReleaseLeaseAsync(left, cancellationToken).ConfigureAwait(false);
        _left = null;
    }

    private async Task WaitForHandoverAsync(string cursor, CancellationToken cancellationToken)
    {
        using var poll = new CancellationTokenSource(_retry, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(poll.Token, cancellationToken);
        try
        {
            await foreach (var _ in state.WatchAsync(Prefix, cursor, either.Token).ConfigureAwait(false)) return;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Time to try again: the holder may have crashed.
        }
    }

    // Until this long before a contender can have seen the lease unchanged for its duration: clocks run at slightly different speeds, and a
    // call takes a moment between the look and its effect.
    private TimeSpan Remaining(Hold hold) => options.LeaseDuration - _retry - timeProvider.GetElapsedTime(hold.RenewalBegan);

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private sealed record Hold(StateLease Lease, long RenewalBegan);
}
