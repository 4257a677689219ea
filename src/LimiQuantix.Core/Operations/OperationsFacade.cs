using System.Runtime.CompilerServices;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Operations;

/// <summary>The operations as one caller sees them: its project's.</summary>
internal sealed class OperationsFacade(OperationStore operations, Access access, Caller caller) : IOperations
{
    private const string Kind = "operations";

    /// <inheritdoc/>
    public Task<Operation> GetAsync(Guid id, CancellationToken cancellationToken = default) => GetAsync(id, Actions.OperationsGet, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Operation>> ListAsync(Guid? resourceId = null, CancellationToken cancellationToken = default)
    {
        await access.EnsureAllowedAsync(caller, Actions.OperationsList, Access.Target(Kind, caller), null, cancellationToken).ConfigureAwait(false);
        return await operations.ListAsync(caller.Project, resourceId, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Operation> WatchAsync(Guid id, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await GetAsync(id, Actions.OperationsGet, cancellationToken).ConfigureAwait(false);
        await foreach (var operation in operations.FollowAsync(id, cancellationToken).ConfigureAwait(false)) yield return operation;
    }

    /// <inheritdoc/>
    public async Task CancelAsync(Guid id, CancellationToken cancellationToken = default)
    {
        await GetAsync(id, Actions.OperationsCancel, cancellationToken).ConfigureAwait(false);
        await operations.RequestCancelAsync(id, cancellationToken).ConfigureAwait(false);
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
