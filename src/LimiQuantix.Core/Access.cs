namespace LimiQuantix.Core;

/// <summary>Asks the host's authorizer, when it registered one; without it calls in process are allowed.</summary>
internal sealed class Access(IAuthorizer? authorizer = null)
{
    /// <summary>Returns when the caller may do the action.</summary>
    /// <param name="caller">Who calls.</param>
    /// <param name="action">The noun and verb, such as <c>machines.create</c>.</param>
    /// <param name="resourceId">The resource, when the action is about one that exists.</param>
    /// <param name="cancellationToken">Ends the decision.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.PermissionDenied"/>.</exception>
    public async Task EnsureAllowedAsync(Caller caller, string action, Guid? resourceId, CancellationToken cancellationToken)
    {
        if (authorizer is null) return;
        var request = new AuthorizationRequest { Caller = caller, Action = action, ResourceId = resourceId };
        if (await authorizer.AuthorizeAsync(request, cancellationToken).ConfigureAwait(false)) return;
        throw new LimiQuantixException(
            ErrorCodes.PermissionDenied,
            $"'{caller.Name}' may not do '{action}'.",
            "Allow the action for this caller in the host's authorizer.",
            resourceId?.ToString());
    }
}
