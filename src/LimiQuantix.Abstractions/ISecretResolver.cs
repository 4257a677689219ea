namespace LimiQuantix;

/// <summary>
/// Resolves secret references. The default one reads <c>env:NAME</c> and <c>file:PATH</c> for the host and its provider instances, and nothing
/// for projects: a tenant's reference never reaches the host's files and environment. A host whose tenants have secrets registers its own.
/// </summary>
public interface ISecretResolver
{
    /// <summary>Gives the secret's value.</summary>
    /// <param name="reference">
    /// Which secret, and whose: <see cref="SecretReference.Owner"/> is always set, and says among whose secrets the name is to be looked up. The same
    /// name of two projects is two secrets.
    /// </param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>: its owner has no such secret.</exception>
    ValueTask<string> ResolveAsync(SecretReference reference, CancellationToken cancellationToken = default);
}
