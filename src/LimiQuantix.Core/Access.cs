using LimiQuantix.Core.Resources;

namespace LimiQuantix.Core;

/// <summary>
/// What stands before every method of every host interface, in this order: (1) only the resource's own record is read, (2) one that is absent or
/// another project's is not found, in the same words, (3) the host's authorizer is asked; without one calls in process are allowed. Nothing else
/// is read, no provider called and nothing written before.
/// </summary>
internal sealed class Access(IAuthorizer? authorizer = null)
{
    /// <summary>Reads a resource's record and returns it when the caller sees it and may do the action.</summary>
    /// <param name="caller">Who calls.</param>
    /// <param name="action">One of <see cref="Actions"/>.</param>
    /// <param name="table">Where the record is.</param>
    /// <param name="id">The resource.</param>
    /// <param name="request">What was asked for, when the action does not say all.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>: absent or foreign; <see cref="ErrorCodes.PermissionDenied"/>.</exception>
    public async Task<Stored<T>> GetAsync<T>(
        Caller caller, string action, ResourceTable<T> table, Guid id, object? request, CancellationToken cancellationToken) where T : class, IResource
    {
        var stored = await table.GetAsync(id, caller.Project, cancellationToken).ConfigureAwait(false);
        await EnsureAllowedAsync(caller, action, Target(table, stored.Value), request, cancellationToken).ConfigureAwait(false);
        return stored;
    }

    /// <summary>
    /// As <see cref="GetAsync"/> for what may be absent, such as what is to be deleted: the authorizer is then asked about the project, so that
    /// a refusal is the same whether there is something or not.
    /// </summary>
    /// <returns>The record; <see langword="null"/> when it is absent or foreign.</returns>
    public async Task<Stored<T>?> FindAsync<T>(
        Caller caller, string action, ResourceTable<T> table, Guid id, object? request, CancellationToken cancellationToken) where T : class, IResource
    {
        var stored = await table.FindAsync(id, cancellationToken).ConfigureAwait(false);
        if (stored?.Value.Project != caller.Project) stored = null;
        await EnsureAllowedAsync(
            caller, action, stored is null ? Target(table.Kind, caller) : Target(table, stored.Value), request, cancellationToken).ConfigureAwait(false);
        return stored;
    }

    /// <summary>As <see cref="FindAsync{T}(Caller, string, ResourceTable{T}, Guid, object?, CancellationToken)"/>, by a name in the caller's project.</summary>
    public async Task<Stored<T>?> FindAsync<T>(
        Caller caller, string action, ResourceTable<T> table, string name, object? request, CancellationToken cancellationToken) where T : class, IResource
    {
        var stored = await table.FindByNameAsync(caller.Project, name, cancellationToken).ConfigureAwait(false);
        await EnsureAllowedAsync(
            caller, action, stored is null ? Target(table.Kind, caller, name) : Target(table, stored.Value), request, cancellationToken).ConfigureAwait(false);
        return stored;
    }

    /// <summary>Returns when the caller may do an action for which no record has to be read: a creation, a list, something of the installation.</summary>
    /// <param name="caller">Who calls.</param>
    /// <param name="action">One of <see cref="Actions"/>.</param>
    /// <param name="resource">What it is about: see <see cref="Target(string, Caller, string?, IReadOnlyDictionary{string, string}?)"/>.</param>
    /// <param name="request">What was asked for, when the action does not say all.</param>
    /// <param name="cancellationToken">Ends the decision.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.PermissionDenied"/>.</exception>
    public async Task EnsureAllowedAsync(Caller caller, string action, ResourceTarget? resource, object? request, CancellationToken cancellationToken)
    {
        if (await IsAllowedAsync(caller, action, resource, request, cancellationToken).ConfigureAwait(false)) return;
        throw new LimiQuantixException(
            ErrorCodes.PermissionDenied,
            $"'{caller.Name}' may not do '{action}'.",
            "Allow the action for this caller in the host's authorizer.",
            resource?.Id?.ToString() ?? resource?.Name);
    }

    /// <summary>
    /// Whether the caller may do an action. Without an authorizer calls in process are allowed, except what reaches the host's own files and network: that
    /// only the host itself may, and nobody on whose behalf it calls.
    /// </summary>
    public async ValueTask<bool> IsAllowedAsync(Caller caller, string action, ResourceTarget? resource, object? request, CancellationToken cancellationToken)
    {
        if (authorizer is null) return action is not (Actions.ImagesImportLocal or Actions.ImagesImportPrivate) || SecretOwners.IsHost(caller);
        var question = new AuthorizationRequest { Caller = caller, Action = action, Resource = resource, Request = request };
        return await authorizer.AuthorizeAsync(question, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The resources of the caller's project, or the one among them that is to be made.</summary>
    public static ResourceTarget Target(
        string kind, Caller caller, string? name = null, IReadOnlyDictionary<string, string>? labels = null)
    {
        var target = new ResourceTarget { Kind = kind, Project = caller.Project, Name = name };
        return labels is null ? target : target with { Labels = labels };
    }

    /// <summary>What belongs to the whole installation and is known by its name: a pool, a node.</summary>
    public static ResourceTarget InstallationTarget(string kind, string? name = null) => new() { Kind = kind, Name = name };

    private static ResourceTarget Target<T>(ResourceTable<T> table, T resource) where T : class, IResource =>
        new() { Kind = table.Kind, Id = resource.Id, Name = resource.Name, Project = resource.Project, Labels = resource.Labels };
}
