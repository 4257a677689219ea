namespace LimiQuantix;

/// <summary>
/// Capability of a provider: it says which features of definitions it understands. One without this capability understands what every provider does, and no more.
/// </summary>
public interface IDeclaresFeatures
{
    /// <summary>
    /// Says what the provider understands: what it does when it is asked, not what the machine under it has at this moment. Asked when the instance is opened and
    /// now and then; the last declaration is kept while it does not answer.
    /// </summary>
    /// <param name="request">The question.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<FeatureDeclaration> DeclareFeaturesAsync(DeclareFeaturesRequest request, CancellationToken cancellationToken = default);
}

/// <summary>Asks a provider what it understands.</summary>
public sealed record DeclareFeaturesRequest;

/// <summary>What a provider understands.</summary>
public sealed record FeatureDeclaration
{
    /// <summary>Some of <see cref="ProviderFeatures"/>, each once. Each takes effect, and a conformance suite tests that it does.</summary>
    public required IReadOnlyList<string> Features { get; init; }
}
