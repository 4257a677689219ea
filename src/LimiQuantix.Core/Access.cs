using LimiQuantix.Core.Resources;
using LimiQuantix.Core.Resources.Queries;

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
        throw Denied(caller, action, resource?.Id?.ToString() ?? resource?.Name);
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

    /// <summary>
    /// As <see cref="GetAsync"/>, by a reference. To look at a resource it is enough that it is shared with the caller; it is the
    /// installation's, or of the caller's project, to be changed.
    /// </summary>
    /// <param name="caller">Who calls.</param>
    /// <param name="action">One of <see cref="Actions"/>.</param>
    /// <param name="table">Where the record is.</param>
    /// <param name="reference">Which one.</param>
    /// <param name="changes">Whether it is to be changed.</param>
    /// <param name="unstored">What is there without being stored: given when there is no record of its id.</param>
    /// <param name="request">What was asked for, when the action does not say all.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The record, with version 0 when it is not stored; <see langword="null"/> when the caller sees none.</returns>
    public async Task<Stored<T>?> FindAsync<T>(
        Caller caller, string action, ResourceTable<T> table, ResourceReference reference, bool changes, IReadOnlyList<T> unstored, object? request,
        CancellationToken cancellationToken) where T : class, IResource
    {
        var ofInstallation = IsOfInstallation(table.Kind);
        var project = ofInstallation ? null : caller.Project;
        var stored = await table.FindAsync(reference, project, cancellationToken).ConfigureAwait(false)
            ?? (unstored.FirstOrDefault(one => reference.Id is { } id ? one.Id == id : one.Name == reference.Name && (reference.Project ?? project) == one.Project) is { } built
                ? new Stored<T> { Value = built, Version = 0, Json = default }
                : null);
        if (stored is not null && !Sees(caller, QueryFacts.Of(stored.Value))) stored = null;
        var target = stored is not null ? Target(table, stored.Value)
            : ofInstallation ? InstallationTarget(table.Kind, reference.Name) with { Id = reference.Id }
            : Target(table.Kind, caller, reference.Name) with { Id = reference.Id };
        await EnsureAllowedAsync(caller, action, target, request, cancellationToken).ConfigureAwait(false);
        if (stored is null || !changes || ofInstallation || stored.Value.Project == caller.Project) return stored;
        throw new LimiQuantixException(
            ErrorCodes.PermissionDenied, $"'{Names.Show(stored.Value.Name)}' is shared with the project '{caller.Project}' to be used, not to be changed.",
            $"Ask somebody of the project '{stored.Value.Project}'.", stored.Value.Id.ToString());
    }

    /// <summary>Whether a caller may know of a resource at all; what may be done with it is the authorizer's.</summary>
    public static bool Sees(Caller caller, in QueryFacts resource) => resource.Project is null or "" || resource.Sharing.Scope switch
    {
        SharingScope.Public => true,
        SharingScope.Project => resource.Project == caller.Project,
        SharingScope.Projects => resource.Project == caller.Project || resource.Sharing.Projects.Contains(caller.Project),
        // A resource without a creator is the engine's own.
        _ => resource.Project == caller.Project && (resource.Creator is null || resource.Creator == caller.Name || caller == Caller.Host),
    };

    /// <summary>The projects of a list, or <see langword="null"/> for all, and what of them the caller is told of. Asks the authorizer.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.PermissionDenied"/>: of the one project that was asked for.</exception>
    public async Task<(IReadOnlyList<string>? Projects, Func<QueryFacts, ValueTask<bool>> MaySee)> AllowListAsync(
        Caller caller, string action, string kind, ResourceQuery query, CancellationToken cancellationToken)
    {
        if (IsOfInstallation(kind))
        {
            await EnsureAllowedAsync(caller, action, InstallationTarget(kind), query, cancellationToken).ConfigureAwait(false);
            return ([""], _ => ValueTask.FromResult(true));
        }

        if (query.AllProjects)
        {
            Dictionary<string, bool> decided = new(StringComparer.Ordinal);
            return (null, async facts =>
            {
                var project = facts.Project ?? "";
                if (!decided.TryGetValue(project, out var isAllowed))
                    decided[project] = isAllowed = await MayListAsync(caller, action, kind, project, query, cancellationToken).ConfigureAwait(false);
                return Sees(isAllowed ? caller with { Project = project } : caller, facts);
            });
        }

        var wanted = query.Project ?? caller.Project;
        if (wanted == caller.Project || authorizer is not null)
            await EnsureAllowedAsync(caller, action, new ResourceTarget { Kind = kind, Project = wanted }, query, cancellationToken).ConfigureAwait(false);
        else if (caller != Caller.Host)
            throw Denied(caller, action, wanted);
        return ([wanted], facts => ValueTask.FromResult(Sees(caller with { Project = wanted }, facts)));
    }

    // Without an authorizer nobody but the host itself looks beyond the own project.
    private async Task<bool> MayListAsync(
        Caller caller, string action, string kind, string project, ResourceQuery query, CancellationToken cancellationToken) => authorizer is null
        ? project == caller.Project || caller == Caller.Host
        : await authorizer.AuthorizeAsync(
            new AuthorizationRequest { Caller = caller, Action = action, Resource = new ResourceTarget { Kind = kind, Project = project }, Request = query },
            cancellationToken).ConfigureAwait(false);

    private static LimiQuantixException Denied(Caller caller, string action, string? target) => new(
        ErrorCodes.PermissionDenied, $"'{caller.Name}' may not do '{action}'.", "Allow the action for this caller in the host's authorizer.", target);

    private static bool IsOfInstallation(string kind) => kind is "nodes" or "pools";

    /// <summary>The resources of the caller's project, or the one among them that is to be made.</summary>
    public static ResourceTarget Target(
        string kind, Caller caller, string? name = null, IReadOnlyDictionary<string, string>? labels = null)
    {
        var target = new ResourceTarget { Kind = kind, Project = caller.Project, Name = name };
        return labels is null ? target : target with { Labels = labels };
    }

    /// <summary>What belongs to the whole installation and is known by its name: a pool, a node.</summary>
    public static ResourceTarget InstallationTarget(string kind, string? name = null) => new() { Kind = kind, Name = name };

    /// <summary>A resource that there is.</summary>
    public static ResourceTarget Target<T>(ResourceTable<T> table, T resource) where T : class, IResource =>
        new() { Kind = table.Kind, Id = resource.Id, Name = resource.Name, Project = resource.Project, Labels = resource.Labels };
}
