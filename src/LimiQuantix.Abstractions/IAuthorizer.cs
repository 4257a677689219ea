namespace LimiQuantix;

/// <summary>Decides what a caller may do. A host registers one; without it, calls in process are allowed.</summary>
public interface IAuthorizer
{
    /// <summary>Decides on one action.</summary>
    /// <param name="request">Who wants to do what to which resource.</param>
    /// <param name="cancellationToken">Ends the decision; the action is then not done.</param>
    /// <returns>Whether the action is allowed. A refusal reaches the caller as <see cref="ErrorCodes.PermissionDenied"/>.</returns>
    ValueTask<bool> AuthorizeAsync(AuthorizationRequest request, CancellationToken cancellationToken = default);
}
