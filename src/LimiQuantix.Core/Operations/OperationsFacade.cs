using System.Runtime.CompilerServices;
using LimiQuantix.Core.Resources.Queries;
using LimiQuantix.Operations;
using LimiQuantix.State;

namespace LimiQuantix.Core.Operations;

/// <summary>The operations as one caller sees them: its project's.</summary>
internal sealed class OperationsFacade(IStateStore state, OperationStore operations, Access access, Caller caller) : IOperations
{
    private const string Kind = "operations";

    /// <inheritdoc/>
    public Task<Operation> GetAsync(Guid id, GetOptions? options = null, CancellationToken cancellationToken = default) =>
        GetAsync(id, Actions.OperationsGet, cancellationToken);

    /// <inheritdoc/>
    public async Task<Page<Operation>> ListAsync(OperationQuery? query = null, CancellationToken cancellationToken = default)
    {
        var request = await RequestAsync(query ?? new OperationQuery(), cancellationToken).ConfigureAwait(false);
        return await new QueryPages<Operation>(state, operations.Queries).ListAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ResourceEvent<Operation>> WatchAsync(
        OperationQuery query, WatchOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        var request = await RequestAsync(query, cancellationToken).ConfigureAwait(false);
        var watch = new QueryWatch<Operation>(state, operations.Queries, new QueryPages<Operation>(state, operations.Queries));
        await foreach (var change in watch.FollowAsync(request, options?.After, cancellationToken).ConfigureAwait(false)) yield return change;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ResourceAction>> GetActionsAsync(Guid id, ActionsOptions? options = null, CancellationToken cancellationToken = default)
    {
        var operation = await GetAsync(id, Actions.OperationsGet, cancellationToken).ConfigureAwait(false);
        return
        [
            new() { Name = "cancel", Reason = OperationStore.HasEnded(operation) ? "It has ended." : null },
            new() { Name = "delete", Reason = "Operations are forgotten by themselves some time after their end." },
        ];
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Operation> WatchAsync(Guid id, FollowOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await GetAsync(id, Actions.OperationsGet, cancellationToken).ConfigureAwait(false);
        await foreach (var operation in operations.FollowAsync(id, cancellationToken).ConfigureAwait(false))
        {
            if (operation.Version > (options?.AfterVersion ?? 0)) yield return operation;
        }
    }

    /// <inheritdoc/>
    public async Task CancelAsync(Guid id, CancelOptions? options = null, CancellationToken cancellationToken = default)
    {
        await GetAsync(id, Actions.OperationsCancel, cancellationToken).ConfigureAwait(false);
        await operations.RequestCancelAsync(id, cancellationToken).ConfigureAwait(false);
    }

    private async Task<QueryRequest<Operation>> RequestAsync(OperationQuery query, CancellationToken cancellationToken)
    {
        QueryValidation.Check(query, hasNames: false);
        var (projects, maySee) = await access.AllowListAsync(caller, Actions.OperationsList, Kind, query, cancellationToken).ConfigureAwait(false);
        return new QueryRequest<Operation>
        {
            Query = query,
            Caller = caller,
            Projects = projects,
            MaySee = maySee,
            Index = OperationStore.IndexOf(query),
            Fits = operation => (query.ResourceId is null || query.ResourceId == operation.ResourceId)
                && (query.Kind is null || query.Kind == operation.Kind)
                && (query.Phase is null || query.Phase == operation.Phase)
                && (query.HasEnded is null || query.HasEnded == OperationStore.HasEnded(operation)),
        };
    }

    // A foreign operation is not found before anybody is asked, so that an answer never tells that it exists.
    private async Task<Operation> GetAsync(Guid id, string action, CancellationToken cancellationToken)
    {
        var stored = await operations.FindAsync(id, cancellationToken).ConfigureAwait(false);
        if (stored?.Value.Project != caller.Project) throw OperationErrors.NotFound(id);
        await access.EnsureAllowedAsync(
            caller, action, new ResourceTarget { Kind = Kind, Id = id, Project = stored.Value.Project }, null, cancellationToken).ConfigureAwait(false);
        return stored.Value;
    }
}
