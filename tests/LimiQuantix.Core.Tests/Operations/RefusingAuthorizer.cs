namespace LimiQuantix.Core.Tests.Operations;

/// <summary>Refuses everything and remembers what was asked.</summary>
internal sealed class RefusingAuthorizer : IAuthorizer
{
    public List<(string Action, Guid? ResourceId)> Asked { get; } = [];

    public ValueTask<bool> AuthorizeAsync(AuthorizationRequest request, CancellationToken cancellationToken = default)
    {
        Asked.Add((request.Action, request.Resource?.Id));
        return ValueTask.FromResult(false);
    }
}
