namespace LimiQuantix.Core.Tests.Plugins;

internal sealed class NoSecrets : ISecretResolver
{
    public ValueTask<string> ResolveAsync(SecretReference reference, CancellationToken cancellationToken = default) =>
        throw new LimiQuantixException(ErrorCodes.NotFound, $"There is no secret '{reference.Name}'.");
}
