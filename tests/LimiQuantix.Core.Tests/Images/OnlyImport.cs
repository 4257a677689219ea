namespace LimiQuantix.Core.Tests.Images;

/// <summary>An authorizer that allows imports and nothing else.</summary>
internal sealed class OnlyImport : IAuthorizer
{
    public ValueTask<bool> AuthorizeAsync(AuthorizationRequest request, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(request.Action == "images.import");
}
