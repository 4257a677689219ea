namespace LimiQuantix;

/// <summary>Resolves secret references. The default one reads <c>env:NAME</c> and <c>file:PATH</c>.</summary>
public interface ISecretResolver
{
    /// <summary>Gives the secret's value.</summary>
    /// <param name="reference">Which secret.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>: there is no such secret.</exception>
    ValueTask<string> ResolveAsync(SecretReference reference, CancellationToken cancellationToken = default);
}
