using System.Globalization;
using System.Runtime.CompilerServices;
using LimiQuantix.Core.Resources.Queries;
using LimiQuantix.Core.State;
using LimiQuantix.State;

namespace LimiQuantix.Core.Resources;

/// <summary>
/// The stored resources of one kind: documents at <c>KIND/ID</c>, listed by project, with names that are unique in a project by entries at
/// <c>names/KIND/PROJECT/NAME</c>. Writes come as parts of a transaction, so that a record and its operation are stored together.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="kind">The kind: a key segment such as <c>machines</c>.</param>
/// <param name="declareIndexes">What else a document is listed by, a name perhaps with several values; <c>project</c> is always there.</param>
/// <param name="unreadable">Is told of documents that lists leave out because they cannot be read.</param>
internal sealed class ResourceTable<T>(
    IStateStore store,
    string kind,
    Func<T, IEnumerable<KeyValuePair<string, string>>>? declareIndexes = null,
    UnreadableDocuments? unreadable = null) : IReindexed where T : class, IResource
{
    private const int MaxAttempts = 32;
    private const string LabelIndex = "label";

    // Raise it when documents are listed by more than before.
    private const int IndexVersion = 2;
    private readonly string _prefix = kind + "/";

    private readonly UnreadableDocuments _unreadable =
        (unreadable ?? new UnreadableDocuments()).Including(kind + "/", entry => DocumentSerializer<T>.Read(entry));

    /// <summary>The kind, as keys and <see cref="ResourceTarget.Kind"/> have it.</summary>
    public string Kind => kind;

    /// <summary>What queries know of these resources.</summary>
    public QueryKind<T> Queries => field ??= new QueryKind<T>
    {
        Kind = kind,
        Prefix = _prefix,
        StatusPrefix = kind is "machines" or "nodes" or "pools" or "images" or "volumes" or "networks" ? Status.StatusTable.PrefixOf(kind) : null,
        NamesPrefix = $"names/{kind}/",
        KeyOf = KeyOf,
        IdOf = key => Guid.TryParseExact(key.AsSpan(_prefix.Length), "D", out var id) ? id : null,
        Read = entry => _unreadable.TryRead<T>(entry)?.Value,
        FactsOf = resource => QueryFacts.Of(resource),
    };

    /// <summary>The key of a resource's document.</summary>
    public string KeyOf(Guid id) => _prefix + id.ToString("D");

    /// <summary>The key that holds a name.</summary>
    public string KeyOfName(string? project, string name) => $"names/{kind}/{StateKey.Encode(project ?? "")}/{StateKey.Encode(name)}";

    /// <summary>Gives one resource, or <see langword="null"/>.</summary>
    public async Task<Stored<T>?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        var entry = await store.GetAsync(KeyOf(id), cancellationToken).ConfigureAwait(false);
        return entry is null ? null : DocumentSerializer<T>.Read(entry);
    }

    /// <summary>Gives the resource that a reference names, or <see langword="null"/>.</summary>
    /// <param name="reference">Which.</param>
    /// <param name="project">The project of a name that has none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<Stored<T>?> FindAsync(ResourceReference reference, string? project, CancellationToken cancellationToken)
    {
        if (reference.Id is { } id) return await FindAsync(id, cancellationToken).ConfigureAwait(false);
        return await FindByNameAsync(reference.Project ?? project, reference.Name ?? "", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What is told of a resource that is absent or not to be seen.</summary>
    public LimiQuantixException NotFound(ResourceReference reference) => new(
        ErrorCodes.NotFound, $"There is no '{Names.Show(reference.ToString())}' among the {kind}.", "List them to see which exist.", reference.ToString());

    /// <summary>Whether there is such a document, readable or not.</summary>
    public async Task<bool> ExistsAsync(Guid id, CancellationToken cancellationToken) =>
        await store.GetAsync(KeyOf(id), cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>Gives one resource of a project.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>: absent, or another project's.</exception>
    public async Task<Stored<T>> GetAsync(Guid id, string project, CancellationToken cancellationToken)
    {
        var stored = await FindAsync(id, cancellationToken).ConfigureAwait(false);
        return stored?.Value.Project == project ? stored : throw NotFound(id);
    }

    /// <summary>Gives the resource of a name, or <see langword="null"/>.</summary>
    public async Task<Stored<T>?> FindByNameAsync(string? project, string name, CancellationToken cancellationToken)
    {
        var entry = await store.GetAsync(KeyOfName(project, name), cancellationToken).ConfigureAwait(false);
        return entry is null ? null : await FindAsync(DocumentSerializer<NameEntry>.Read(entry).Value.Id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A name that is free at this moment: the wanted one with the least number from 2 on that nobody has, as in <c>disk-2</c>.</summary>
    public async Task<string> FreeNameAsync(string project, string wanted, CancellationToken cancellationToken)
    {
        var prefix = $"names/{kind}/{StateKey.Encode(project)}/";
        var (entries, _) = await store.ListAllAsync(new StateQuery { Prefix = prefix, KeysOnly = true }, cancellationToken).ConfigureAwait(false);
        HashSet<string> taken = new(entries.Select(entry => entry.Key), StringComparer.Ordinal);
        for (var number = 2; ; number++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{wanted}-{number}");
            if (!taken.Contains(KeyOfName(project, name))) return name;
        }
    }

    /// <summary>
    /// Lists the resources of a project, or of all, in the order of their ids: oldest first. What cannot be read is left out.
    /// </summary>
    public Task<IReadOnlyList<T>> ListAsync(string? project, CancellationToken cancellationToken) =>
        ListAsync(project is null ? new StateQuery { Prefix = _prefix } : Query("project", project), cancellationToken);

    /// <summary>Lists the resources that declared an index with this value.</summary>
    public Task<IReadOnlyList<T>> ListByIndexAsync(string indexName, string indexValue, CancellationToken cancellationToken) =>
        ListAsync(Query(indexName, indexValue), cancellationToken);

    /// <summary>A new resource and its name. Fails on the key of the name when the name is taken.</summary>
    public StateWrite Insert(T value) => new()
    {
        // The name first: it is the condition that fails on somebody's mistake.
        Conditions = [Absent(KeyOfName(value.Project, value.Name)), Absent(KeyOf(value.Id))],
        Mutations = [Put(value, default), PutName(value)],
    };

    /// <summary>A changed resource, when it is still as it was read.</summary>
    public StateWrite Update(Stored<T> previous, T next)
    {
        var write = new StateWrite { Conditions = [Expect(previous)], Mutations = [Put(next, previous.Json)] };
        var oldName = KeyOfName(previous.Value.Project, previous.Value.Name);
        var newName = KeyOfName(next.Project, next.Name);
        return oldName == newName
            ? write
            : new StateWrite
            {
                Conditions = [.. write.Conditions, Absent(newName)],
                Mutations = [.. write.Mutations, PutName(next), new StateMutation { Key = oldName }],
            };
    }

    /// <summary>No resource and no name any more, when it is still as it was read.</summary>
    public StateWrite Delete(Stored<T> previous) => new()
    {
        Conditions = [Expect(previous)],
        Mutations =
        [
            new StateMutation { Key = KeyOf(previous.Value.Id) },
            new StateMutation { Key = KeyOfName(previous.Value.Project, previous.Value.Name) },
            Departures.Put(kind, previous.Value),
        ],
    };

    /// <summary>Nothing changed, but the resource must still be as it was read.</summary>
    public StateWrite Require(Stored<T> previous) => new() { Conditions = [Expect(previous)] };

    /// <summary>Nothing changed, but there must be no such resource.</summary>
    public StateWrite RequireAbsent(Guid id) => new() { Conditions = [Absent(KeyOf(id))] };

    /// <summary>Changes a resource, anew when somebody else changed it meanwhile. A change that gives the same document is not stored.</summary>
    /// <param name="id">The resource.</param>
    /// <param name="change">Makes the new document from the stored one; may be called more than once.</param>
    /// <param name="fence">The engine's lease for a write of the engine.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>, <see cref="ErrorCodes.NotLeader"/>.</exception>
    public async Task<T> UpdateAsync(Guid id, Func<T, T> change, StateLease? fence, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var previous = await FindAsync(id, cancellationToken).ConfigureAwait(false) ?? throw NotFound(id);
            var write = Update(previous, change(previous.Value));
            if (write.Mutations is [{ Value: { } value }] && value.Span.SequenceEqual(previous.Json.Span)) return previous.Value;
            try
            {
                var commit = await store.CommitOrThrowAsync(StateWrite.Combine(fence, write), cancellationToken).ConfigureAwait(false);
                return DocumentSerializer<T>.Read(
                    new StateEntry { Key = KeyOf(id), Value = write.Mutations[0].Value!.Value, Version = commit.Revision }).Value;
            }
            catch (LimiQuantixException e) when (e.Code == ErrorCodes.Conflict && e.Target == KeyOf(id) && attempt < MaxAttempts)
            {
                // Read again and try anew.
            }
        }
    }

    /// <summary>Deletes a resource and its name. Deleting what is absent succeeds.</summary>
    public async Task DeleteAsync(Guid id, StateLease? fence, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } previous) return;
            try
            {
                await store.CommitOrThrowAsync(StateWrite.Combine(fence, Delete(previous)), cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (LimiQuantixException e) when (e.Code == ErrorCodes.Conflict && attempt < MaxAttempts)
            {
                // Read again and try anew.
            }
        }
    }

    /// <summary>Follows one resource of a project: first as it is, then after every stored change, until it is deleted.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>.</exception>
    public async IAsyncEnumerable<T> WatchAsync(Guid id, string project, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await GetAsync(id, project, cancellationToken).ConfigureAwait(false);
        await foreach (var change in store.FollowAsync(KeyOf(id), [KeyOf(id)], cancellationToken).ConfigureAwait(false))
        {
            if (change.Entry is null) yield break;
            yield return DocumentSerializer<T>.Read(change.Entry).Value;
        }
    }

    /// <summary>Follows all resources of the kind: first each as it is, then every change. After an overflow each is told again.</summary>
    public async IAsyncEnumerable<ResourceChange<T>> WatchAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var change in store.FollowAsync(_prefix, [], cancellationToken).ConfigureAwait(false))
        {
            var stored = change.Entry is null ? null : _unreadable.TryRead<T>(change.Entry);
            // What cannot be read is neither new nor gone.
            if (change.Entry is not null && stored is null) continue;
            yield return new ResourceChange<T> { Id = Guid.ParseExact(change.Key.AsSpan(_prefix.Length), "D"), Value = stored?.Value };
        }
    }

    /// <summary>The index of a label, for queries.</summary>
    public static (string Name, string Value) IndexOf(string label, string value) => (LabelIndex, IndexValueOf(label, value));

    /// <summary>Whether every document is listed by all that this version lists by; until then only <c>project</c> is to be relied on.</summary>
    public async Task<bool> IsReindexedAsync(CancellationToken cancellationToken) =>
        await store.GetAsync(KeyOfIndexNote, cancellationToken).ConfigureAwait(false) is { } entry
        && DocumentSerializer<IndexNote>.Read(entry).Value.IndexVersion >= IndexVersion;

    /// <inheritdoc/>
    public async Task ReindexAsync(StateLease fence, CancellationToken cancellationToken)
    {
        if (await IsReindexedAsync(cancellationToken).ConfigureAwait(false)) return;
        var (entries, _) = await store.ListAllAsync(new StateQuery { Prefix = _prefix, KeysOnly = true }, cancellationToken).ConfigureAwait(false);
        foreach (var entry in entries)
        {
            // Conflict: somebody else wrote it meanwhile, with its indexes.
            if (Queries.IdOf(entry.Key) is not { } id || await store.GetAsync(entry.Key, cancellationToken).ConfigureAwait(false) is not { } current) continue;
            if (_unreadable.TryRead<T>(current) is not { } stored || stored.Value.Id != id) continue;
            await store.CommitPatientlyAsync(StateWrite.Combine(fence, Update(stored, stored.Value)), cancellationToken).ConfigureAwait(false);
        }

        var note = new StateMutation { Key = KeyOfIndexNote, Value = DocumentSerializer<IndexNote>.Write(new IndexNote { IndexVersion = IndexVersion }) };
        await store.CommitOrThrowAsync(new StateTransaction { Mutations = [note], Fence = fence }, cancellationToken).ConfigureAwait(false);
    }

    private string KeyOfIndexNote => $"indexed/{kind}";

    // Short and without what an index cannot have, whatever the label is.
    private static string IndexValueOf(string label, string value) => $"{StateKey.Encode(label)}={StateKey.Encode(value)}";

    private async Task<IReadOnlyList<T>> ListAsync(StateQuery query, CancellationToken cancellationToken)
    {
        var (entries, _) = await store.ListAllAsync(query, cancellationToken).ConfigureAwait(false);
        return [.. _unreadable.Readable<T>(entries).Select(stored => stored.Value)];
    }

    private StateQuery Query(string indexName, string indexValue) => new() { Prefix = _prefix, IndexName = indexName, IndexValue = indexValue };

    private StateMutation Put(T value, ReadOnlyMemory<byte> previous)
    {
        HashSet<StateIndex> indexes = [new() { Name = "project", Value = value.Project ?? "" }];
        foreach (var (label, labelValue) in value.Labels) indexes.Add(new() { Name = LabelIndex, Value = IndexValueOf(label, labelValue) });
        foreach (var (name, indexValue) in declareIndexes?.Invoke(value) ?? []) indexes.Add(new() { Name = name, Value = indexValue });
        return new StateMutation { Key = KeyOf(value.Id), Value = DocumentSerializer<T>.Write(value, previous), Indexes = [.. indexes] };
    }

    private StateMutation PutName(T value) => new()
    {
        Key = KeyOfName(value.Project, value.Name),
        Value = DocumentSerializer<NameEntry>.Write(new NameEntry { Id = value.Id }),
    };

    private StateCondition Expect(Stored<T> previous) => new() { Key = KeyOf(previous.Value.Id), ExpectedVersion = previous.Version };

    private static StateCondition Absent(string key) => new() { Key = key, ExpectedVersion = 0 };
}
