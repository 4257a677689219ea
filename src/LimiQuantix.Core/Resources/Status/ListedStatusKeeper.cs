using System.Collections.Concurrent;
using System.Threading.Channels;
using LimiQuantix.Core.Instances;
using LimiQuantix.Core.Operations;
using LimiQuantix.Nodes;
using LimiQuantix.Providers.Instances;
using LimiQuantix.State;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Resources.Status;

/// <summary>Where a resource is: an instance by its name, and its node where each node's part has what is its own.</summary>
internal sealed record ListedPlace(string Instance, NodeId? Node);

/// <summary>
/// Writes what instances list of the resources that are in them, as the leader: one after each change of its record, and all of an instance every minute. Each
/// instance is asked by itself, so that one that does not answer delays no other.
/// </summary>
internal abstract partial class ListedStatusKeeper<TProvider, TDocument, TObservation, TStatus>(
    IStateStore state, ResourceTable<TDocument> table, ProviderInstances providers, TimeProvider time, ILogger logger) : IEngineService
    where TProvider : class, IProvider
    where TDocument : ResourceDocument
    where TObservation : class
    where TStatus : StatusDocument
{
    private const int MaxWaiting = 1 << 12;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan ObserveTimeout = TimeSpan.FromSeconds(30);

    private readonly RepeatedFailures _failures = new(time);
    private readonly StatusTable<TStatus> _statuses = new(state, table.Kind);
    private readonly ConcurrentDictionary<(Type, string, NodeId?), Channel<Guid>> _changed = new();

    /// <summary>The member that lists.</summary>
    protected abstract string Member { get; }

    /// <summary>Lists what is there, or that one alone where the instance can.</summary>
    protected abstract IAsyncEnumerable<TObservation> ListAsync(TProvider provider, Guid? id, CancellationToken cancellationToken);

    protected abstract Guid IdOf(TObservation observation);

    protected abstract ListedPlace PlaceOf(TDocument document);

    /// <summary>What is to be remembered; <see langword="null"/> for what was there before, or nothing.</summary>
    /// <param name="document">The record.</param>
    /// <param name="seen">What was listed; <see langword="null"/> when it was not.</param>
    /// <param name="last">What was seen last.</param>
    protected abstract TStatus? Remember(TDocument document, TObservation? seen, TStatus? last);

    /// <summary>What is known of a resource that was never seen.</summary>
    protected abstract TStatus Unseen(Guid id);

    public async Task RunAsync(StateLease fence, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] tasks =
        [
            FollowAsync(fence, ending.Token),
            new InstanceLoops(providers, time, logger).RunAsync<TProvider>(Member, (instance, token) => KeepAsync(instance, fence, token), ending.Token),
        ];
        try
        {
            await (await Task.WhenAny(tasks).ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>What was seen of resources last, in their order; nobody is asked.</summary>
    public Task<IReadOnlyList<Stored<TStatus>?>> FindAsync(IEnumerable<TDocument> documents, CancellationToken cancellationToken) =>
        _statuses.FindAsync(documents.Select(document => document.Id), cancellationToken);

    /// <summary>A resource as its instance has it now; where that does not answer, as it was seen last, with why.</summary>
    public async Task<Stored<TStatus>?> ObserveAsync(TDocument document, CancellationToken cancellationToken)
    {
        var last = await _statuses.FindAsync(document.Id, cancellationToken).ConfigureAwait(false);
        using var deadline = new CancellationTokenSource(ObserveTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        TStatus? now;
        try
        {
            now = await SeeAsync(document, last?.Value, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var error = new LimiQuantixError { Code = ErrorCodes.Timeout, Message = $"'{PlaceOf(document).Instance}' does not answer.", IsTransient = true };
            now = (last?.Value ?? Unseen(document.Id)) with { ObservationError = error };
        }

        return now is null ? last : new Stored<TStatus> { Value = now, Version = last?.Version ?? 0, Json = default };
    }

    private async Task<TStatus?> SeeAsync(TDocument document, TStatus? last, CancellationToken cancellationToken)
    {
        try
        {
            var place = PlaceOf(document);
            var speaker = SpeakerOf(place) ?? throw new LimiQuantixException(
                ErrorCodes.Unavailable, $"'{place.Instance}' is closed, or not configured any more.", "Open it, or configure it again.", place.Instance, isTransient: true);
            var provider = await providers.GetAsync(speaker, cancellationToken).ConfigureAwait(false);
            TObservation? seen = null;
            await foreach (var listed in ListAsync((TProvider)provider, document.Id, cancellationToken).ConfigureAwait(false))
            {
                if (IdOf(listed) == document.Id) seen = listed;
            }

            return Now(document, seen, last);
        }
        catch (LimiQuantixException exception)
        {
            return (last ?? Unseen(document.Id)) with { ObservationError = exception.Error };
        }
    }

    private TStatus? Now(TDocument document, TObservation? seen, TStatus? last) =>
        Remember(document, seen, last) is { } now ? now with { ObservedAt = time.GetUtcNow(), ObservationError = null } : last;

    // What goes is forgotten; what changes is looked at by the loop of its instance.
    private async Task FollowAsync(StateLease fence, CancellationToken cancellationToken)
    {
        await foreach (var change in table.WatchAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (change.Value is { } document) Tell(PlaceOf(document), change.Id);
            else await _statuses.DeleteAsync(change.Id, fence, cancellationToken).ConfigureAwait(false);
        }
    }

    // What finds no place in a channel is looked at with all others.
    private void Tell(ListedPlace place, Guid id)
    {
        if (SpeakerOf(place) is { } speaker && _changed.TryGetValue(speaker.Key, out var changed)) changed.Writer.TryWrite(id);
    }

    // A whole speaks for its parts, else the node's part for itself; of what is no node's own the first part says what there is to say.
    private ProviderInstanceInfo? SpeakerOf(ListedPlace place)
    {
        var parts = providers.All<TProvider>().Where(part => part.Name == place.Instance).ToList();
        return parts.Find(part => part.Node is null) ?? (place.Node is null ? parts.FirstOrDefault() : parts.Find(part => part.Node == place.Node));
    }

    private async Task KeepAsync(ProviderInstanceInfo instance, StateLease fence, CancellationToken cancellationToken)
    {
        var changed = _changed[instance.Key] = Channel.CreateBounded<Guid>(MaxWaiting);
        // What has a record and was never seen is being made: it is looked at again soon, then less and less often.
        HashSet<Guid> unseen = [];
        var pause = FirstPause;
        try
        {
            while (true)
            {
                if (IsAsked(instance)) await LookAtAllAsync(instance, fence, cancellationToken).ConfigureAwait(false);
                using var interval = new CancellationTokenSource(Interval, time);
                while (!interval.IsCancellationRequested)
                {
                    using var soon = new CancellationTokenSource(unseen.Count > 0 ? pause : Timeout.InfiniteTimeSpan, time);
                    using var any = CancellationTokenSource.CreateLinkedTokenSource(interval.Token, soon.Token, cancellationToken);
                    IReadOnlyCollection<Guid> due;
                    try
                    {
                        await changed.Reader.WaitToReadAsync(any.Token).ConfigureAwait(false);
                        due = Drain(changed.Reader);
                        pause = FirstPause;
                    }
                    catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                    {
                        due = soon.IsCancellationRequested ? [.. unseen] : [];
                        pause = pause * 2 < Interval ? pause * 2 : Interval;
                    }

                    foreach (var id in due)
                    {
                        if (!IsAsked(instance)) continue;
                        if (await LookAsync(id, fence, cancellationToken).ConfigureAwait(false)) unseen.Remove(id);
                        else unseen.Add(id);
                    }
                }
            }
        }
        finally
        {
            _changed.TryRemove(KeyValuePair.Create(instance.Key, changed));
        }
    }

    private static HashSet<Guid> Drain(ChannelReader<Guid> reader)
    {
        HashSet<Guid> ids = [];
        while (reader.TryRead(out var id)) ids.Add(id);
        return ids;
    }

    private bool IsAsked(ProviderInstanceInfo instance) => providers.CountLate(instance, Member) < InstanceLoops.MaxLate;

    // Whether it need not be looked at again soon. A change that comes in between, of the record or of what was seen of it, is looked at again at once.
    private async Task<bool> LookAsync(Guid id, StateLease fence, CancellationToken cancellationToken)
    {
        try
        {
            for (var isWritten = false; !isWritten;)
            {
                if (await table.FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } stored) return true;
                var last = await _statuses.FindAsync(id, cancellationToken).ConfigureAwait(false);
                var now = await SeeAsync(stored.Value, last?.Value, cancellationToken).ConfigureAwait(false);
                if (now is null) return false;
                isWritten = ReferenceEquals(now, last?.Value) || await _statuses.WriteAsync(last, now, fence, table.KeyOf(id), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (LimiQuantixException exception)
        {
            var (level, trace, reason) = _failures.Judge(this, exception);
            LogNotWritten(logger, level, trace, reason, table.Kind, id);
        }

        return true;
    }

    private async Task LookAtAllAsync(ProviderInstanceInfo instance, StateLease fence, CancellationToken cancellationToken)
    {
        // Before it is listed: what is made meanwhile is not missing, and what was seen meanwhile by itself is not overwritten.
        var documents = (await table.ListAsync(null, cancellationToken).ConfigureAwait(false))
            .Where(document => SpeakerOf(PlaceOf(document))?.Key == instance.Key).ToList();
        if (documents.Count == 0) return;
        var last = await _statuses.FindAsync(documents.Select(document => document.Id), cancellationToken).ConfigureAwait(false);
        Dictionary<Guid, TObservation> seen = [];
        LimiQuantixError? error = null;
        try
        {
            var provider = await providers.GetAsync(instance, cancellationToken).ConfigureAwait(false);
            await foreach (var listed in ListAsync((TProvider)provider, null, cancellationToken).ConfigureAwait(false)) seen[IdOf(listed)] = listed;
        }
        catch (LimiQuantixException exception)
        {
            error = exception.Error;
        }

        foreach (var (index, document) in documents.Index())
        {
            var before = last[index]?.Value;
            var now = error is null ? Now(document, seen.GetValueOrDefault(document.Id), before) : (before ?? Unseen(document.Id)) with { ObservationError = error };
            if (now is null || ReferenceEquals(now, before)) continue;
            await _statuses.WriteAsync(last[index], now, fence, table.KeyOf(document.Id), cancellationToken).ConfigureAwait(false);
        }
    }

    [LoggerMessage(EventId = 1, Message = "What is seen of {Kind} {Id} could not be written; it is looked at again within a minute: {Reason}")]
    private static partial void LogNotWritten(ILogger logger, LogLevel level, Exception? exception, string reason, string kind, Guid id);
}
