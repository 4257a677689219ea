using System.Runtime.CompilerServices;
using LimiQuantix.Core.Admissions;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources.Queries;
using LimiQuantix.Core.State;
using LimiQuantix.Nodes;
using LimiQuantix.State;

namespace LimiQuantix.Core.Resources;

/// <summary>What every noun's view works with.</summary>
internal sealed record FacadeParts(IStateStore State, Access Access, Admission Admission, IOperationQueue Queue, TimeProvider TimeProvider);

/// <summary>The verbs that every noun has, for one caller. A noun says how its documents are shown, filtered and changed.</summary>
internal abstract class ResourceFacade<TDocument, TResource, TQuery, TUpdate>(Caller caller, FacadeParts parts, ResourceTable<TDocument> table)
    : IResources<TResource, TQuery, TUpdate>
    where TDocument : ResourceDocument
    where TResource : class, IResource
    where TQuery : ResourceQuery, new()
    where TUpdate : ResourceUpdate
{
    private const int MaxAttempts = 64;
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(20);
    private readonly QueryPages<TDocument> _pages = new(parts.State, table.Queries);

    protected Caller Caller => caller;

    protected FacadeParts Parts => parts;

    protected Access Access => parts.Access;

    protected ResourceTable<TDocument> Table => table;

    /// <summary>What is there without being stored.</summary>
    protected virtual IReadOnlyList<TDocument> Unstored => [];

    /// <summary>Why the name of a resource cannot be changed; <see langword="null"/> when it can.</summary>
    protected virtual string? WhyNameIsFixed(TDocument document) => null;

    /// <summary>What a name must be; <see langword="null"/> when this one is.</summary>
    protected virtual string? WhatIsWrongWithName(string name) => Names.IsDnsLabel(name) ? null : Names.DnsLabelRule;

    /// <summary>Whether a document fits what this noun's queries ask for besides.</summary>
    protected abstract bool Fits(TQuery query, TDocument document);

    /// <summary>Whether a query asks for something of what was seen.</summary>
    protected virtual bool LooksAtStatus(TQuery query) => false;

    /// <summary>Whether a resource as it was seen last fits what this noun's queries ask for of its status.</summary>
    protected virtual bool Fits(TQuery query, TResource resource) => true;

    /// <summary>An index that every document that fits has declared.</summary>
    protected virtual (string Name, string Value)? IndexOf(TQuery query) => null;

    /// <summary>Shows what is stored.</summary>
    protected abstract Task<IReadOnlyList<TResource>> ShowAsync(IReadOnlyList<TDocument> documents, CancellationToken cancellationToken);

    /// <summary>Shows what is stored with what is observed now.</summary>
    protected virtual async Task<TResource> ObserveAsync(TDocument document, CancellationToken cancellationToken) =>
        (await ShowAsync([document], cancellationToken).ConfigureAwait(false))[0];

    /// <summary>Which nodes behind these resources did not answer lately.</summary>
    protected virtual IReadOnlyList<NodeId> StaleNodesOf(IReadOnlyList<TResource> resources) => [];

    /// <summary>What else can be done with a resource, and why not.</summary>
    protected abstract IEnumerable<ResourceAction> ActionsOf(TResource resource);

    public async Task<TResource> GetAsync(ResourceReference resource, GetOptions? options = null, CancellationToken cancellationToken = default) =>
        await FindAsync(resource, options, cancellationToken).ConfigureAwait(false) ?? throw table.NotFound(resource);

    public async Task<TResource?> FindAsync(ResourceReference resource, GetOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (await LookAsync("get", resource, false, null, cancellationToken).ConfigureAwait(false) is not { } stored) return null;
        return options?.Stored == true
            ? (await ShowAsync([stored.Value], cancellationToken).ConfigureAwait(false))[0]
            : await ObserveAsync(stored.Value, cancellationToken).ConfigureAwait(false);
    }

    public async Task<Page<TResource>> ListAsync(TQuery? query = null, CancellationToken cancellationToken = default)
    {
        var request = await RequestAsync(query ?? new TQuery(), cancellationToken).ConfigureAwait(false);
        var page = await _pages.ListAsync(request, cancellationToken).ConfigureAwait(false);
        var items = await ShowAsync(page.Items, cancellationToken).ConfigureAwait(false);
        return new Page<TResource> { Items = items, Cursor = page.Cursor, Position = page.Position, StaleNodes = StaleNodesOf(items) };
    }

    public virtual async Task<TResource> UpdateAsync(
        ResourceReference resource, TUpdate update, UpdateOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(update);
        var stored = await LookAsync("update", resource, true, update, cancellationToken).ConfigureAwait(false) ?? throw table.NotFound(resource);
        if (options?.IdempotencyKey is not null) return await UpdateOnceAsync(stored, update, options, cancellationToken).ConfigureAwait(false);
        for (var attempt = 1; ; attempt++)
        {
            var next = Change(stored.Value, update, options);
            var write = stored.Version == 0 ? table.Insert(next) : table.Update(stored, next);
            var key = table.KeyOf(stored.Value.Id);
            var isChange = stored.Version == 0 || write.Mutations is not [{ Value: { } same }] || !same.Span.SequenceEqual(stored.Json.Span);
            if (!isChange) return await ShowOneAsync(stored.Value, cancellationToken).ConfigureAwait(false);
            await AdmitAsync(stored.Value, update, cancellationToken).ConfigureAwait(false);
            var commit = await parts.State.CommitPatientlyAsync(StateWrite.Combine(null, write), cancellationToken).ConfigureAwait(false);
            if (commit.IsCommitted)
            {
                var value = write.Mutations.Single(mutation => mutation.Key == key).Value!.Value;
                var written = DocumentSerializer<TDocument>.Read(new StateEntry { Key = key, Value = value, Version = commit.Revision });
                return await ShowOneAsync(written.Value, cancellationToken).ConfigureAwait(false);
            }

            // The name's own key fails as well when somebody stored what was not stored until now.
            if (commit.FailedKey != key && stored.Version != 0) throw NameTaken(next.Name);
            if (attempt == MaxAttempts) throw NeverStoodStill(stored.Value);
            if (attempt > 2) await Task.Delay(LongestPause * Random.Shared.NextDouble(), parts.TimeProvider, cancellationToken).ConfigureAwait(false);
            stored = await table.FindAsync(stored.Value.Id, cancellationToken).ConfigureAwait(false) ?? throw table.NotFound(resource);
        }
    }

    // A key is an operation's: it is stored as ended together with the change, so that the same call is found and done no second time.
    private async Task<TResource> UpdateOnceAsync(Stored<TDocument> found, TUpdate update, UpdateOptions options, CancellationToken cancellationToken)
    {
        var id = found.Value.Id;
        var request = new OperationRequest { Kind = $"{table.Kind}.update", Caller = caller, Target = id, Request = update, Options = options };
        await parts.Queue.SubmitAsync(
            request,
            async token =>
            {
                // What is there without being stored is stored by its first update.
                var there = await table.FindAsync(id, token).ConfigureAwait(false) ?? (found.Version == 0 ? found : throw table.NotFound(id));
                var next = Change(there.Value, update, options);
                await RequireFreeNameAsync(there.Value, next, token).ConfigureAwait(false);
                var write = there.Version == 0 ? table.Insert(next) : table.Update(there, next);
                return new OperationIntent { ResourceId = id, Name = next.Name, StoresRequest = false, IsDone = true, Writes = [write] };
            },
            cancellationToken).ConfigureAwait(false);
        return await ShowOneAsync((await table.FindAsync(id, cancellationToken).ConfigureAwait(false) ?? throw table.NotFound(id)).Value, cancellationToken).ConfigureAwait(false);
    }

    private async Task RequireFreeNameAsync(TDocument before, TDocument next, CancellationToken cancellationToken)
    {
        if (next.Name != before.Name && await table.FindByNameAsync(before.Project, next.Name, cancellationToken).ConfigureAwait(false) is not null) throw NameTaken(next.Name);
    }

    public virtual async Task<ResourcePlan> PlanUpdateAsync(
        ResourceReference resource, TUpdate update, UpdateOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(update);
        var stored = await LookAsync("update", resource, true, update, cancellationToken).ConfigureAwait(false) ?? throw table.NotFound(resource);
        try
        {
            var next = Change(stored.Value, update, options);
            await RequireFreeNameAsync(stored.Value, next, cancellationToken).ConfigureAwait(false);
            await AdmitAsync(stored.Value, update, cancellationToken).ConfigureAwait(false);
            return new ResourcePlan { Changes = [.. ChangesOf(stored.Value, next)] };
        }
        catch (LimiQuantixException e)
        {
            return new ResourcePlan { Error = e.Error };
        }
    }

    public async IAsyncEnumerable<ResourceEvent<TResource>> WatchAsync(
        TQuery query, WatchOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        var request = await RequestAsync(query, cancellationToken).ConfigureAwait(false);
        var watch = new QueryWatch<TDocument>(parts.State, table.Queries, _pages);
        await foreach (var change in watch.FollowAsync(request, options?.After, cancellationToken).ConfigureAwait(false))
        {
            yield return new ResourceEvent<TResource>
            {
                Kind = change.Kind,
                Id = change.Id,
                Position = change.Position,
                Resource = change.Resource is { } document ? await ShowOneAsync(document, cancellationToken).ConfigureAwait(false) : null,
            };
        }
    }

    public async Task<IReadOnlyList<ResourceAction>> GetActionsAsync(
        ResourceReference resource, ActionsOptions? options = null, CancellationToken cancellationToken = default)
    {
        var stored = await LookAsync("get", resource, false, null, cancellationToken).ConfigureAwait(false) ?? throw table.NotFound(resource);
        var shown = options?.Stored == true
            ? await ShowOneAsync(stored.Value, cancellationToken).ConfigureAwait(false)
            : await ObserveAsync(stored.Value, cancellationToken).ConfigureAwait(false);
        var isForeign = shown.Project is not null && shown.Project != caller.Project;
        var why = isForeign ? $"It is the project '{shown.Project}'s, and only shared with this one." : null;
        ResourceAction[] actions =
        [
            new() { Name = "update", Reason = null },
            new() { Name = "rename", Reason = WhyNameIsFixed(stored.Value) },
            .. ActionsOf(shown),
        ];
        return isForeign ? [.. actions.Select(action => action with { Reason = why })] : actions;
    }

    /// <summary>The record of a resource that the caller sees and may do something with; <see langword="null"/> when there is none.</summary>
    protected Task<Stored<TDocument>?> LookAsync(
        string verb, ResourceReference resource, bool changes, object? request, CancellationToken cancellationToken) =>
        parts.Access.FindAsync(caller, $"{table.Kind}.{verb}", table, resource, changes, Unstored, request, cancellationToken);

    private async Task<TResource> ShowOneAsync(TDocument document, CancellationToken cancellationToken) =>
        (await ShowAsync([document], cancellationToken).ConfigureAwait(false))[0];

    private async Task<QueryRequest<TDocument>> RequestAsync(TQuery query, CancellationToken cancellationToken)
    {
        QueryValidation.Check(query, hasNames: true);
        var (projects, maySee) = await parts.Access.AllowListAsync(caller, $"{table.Kind}.list", table.Kind, query, cancellationToken).ConfigureAwait(false);
        var index = IndexOf(query);
        if (index is null && query.Labels.Count > 0)
        {
            var (label, value) = query.Labels.First();
            index = ResourceTable<TDocument>.IndexOf(label, value);
        }

        if (index is not null && !await table.IsReindexedAsync(cancellationToken).ConfigureAwait(false)) index = null;
        return new QueryRequest<TDocument>
        {
            Query = query,
            Caller = caller,
            Projects = projects,
            MaySee = maySee,
            Fits = document => Fits(query, document),
            FitsAsSeen = LooksAtStatus(query) ? async (document, token) => Fits(query, await ShowOneAsync(document, token).ConfigureAwait(false)) : null,
            Index = index,
            Unstored = Unstored,
        };
    }

    private Task AdmitAsync(TDocument document, TUpdate update, CancellationToken cancellationToken) =>
        parts.Admission.AdmitAsync(caller, $"{table.Kind}.update", Core.Access.Target(table, document), update, cancellationToken);

    /// <summary>The document as the update makes it, of what every noun has; every problem at once.</summary>
    protected TDocument Change(TDocument document, TUpdate update, UpdateOptions? options)
    {
        ExpectedGeneration.Check(document, options?.ExpectedGeneration);
        List<LimiQuantixProblem> problems = [];
        var name = update.Name ?? document.Name;
        if (name != document.Name)
        {
            if (WhyNameIsFixed(document) is { } why)
                throw new LimiQuantixException(ErrorCodes.FailedPrecondition, why, "Leave the name out of the update; use labels.", document.Id.ToString());
            if (WhatIsWrongWithName(name) is { } rule) problems.Add(QueryValidation.Problem("/name", $"'{Names.Show(name)}' is not a name.", rule));
        }

        var labels = ResourceMarks.Merge(document.Labels, update.Labels, problems);
        var sharing = update.Sharing ?? document.Sharing;
        ResourceMarks.Check(sharing, problems);
        if (update.Sharing is not null && document.Project.Length == 0 && sharing != ResourceSharing.Project)
            problems.Add(QueryValidation.Problem("/sharing", "What is the whole installation's is not shared with some.", "Leave sharing out."));
        QueryValidation.Throw("The update is not valid", problems);
        var sharedAlike = sharing.Equals(document.Sharing) ? document.Sharing : sharing;
        ResourceDocument changed = document;
        return ChangeMore((TDocument)(changed with { Name = name, Labels = labels, Sharing = sharedAlike }), update);
    }

    /// <summary>What an update of this noun changes besides.</summary>
    protected virtual TDocument ChangeMore(TDocument document, TUpdate update) => document;

    private static IEnumerable<PlannedChange> ChangesOf(TDocument before, TDocument after)
    {
        if (before.Name != after.Name) yield return InPlace("/name");
        if (!before.Sharing.Equals(after.Sharing)) yield return InPlace("/sharing");
        foreach (var label in before.Labels.Keys.Union(after.Labels.Keys).Order(StringComparer.Ordinal))
        {
            if (before.Labels.GetValueOrDefault(label) != after.Labels.GetValueOrDefault(label))
                yield return InPlace("/labels/" + label.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));
        }
    }

    private static PlannedChange InPlace(string pointer) => new() { Pointer = pointer, Effect = ChangeEffect.InPlace };

    private static LimiQuantixException NameTaken(string name) => new(
        ErrorCodes.Conflict, $"The name '{Names.Show(name)}' is another one's.", "Choose another name.", name);

    private static LimiQuantixException NeverStoodStill(TDocument document) => new(
        ErrorCodes.Conflict, $"'{Names.Show(document.Name)}' was changed each time before the update could be stored.", "Try again in a moment.",
        document.Id.ToString(), isTransient: true);
}
