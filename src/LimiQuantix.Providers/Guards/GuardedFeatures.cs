using LimiQuantix.Providers.Features;

namespace LimiQuantix.Providers.Guards;

/// <summary>A declaration of features, guarded.</summary>
internal sealed class GuardedFeatures(IDeclaresFeatures inner, ProviderGuard guard) : IDeclaresFeatures
{
    private volatile FeatureDeclaration? _last;

    /// <summary>What was declared last in this process; <see langword="null"/> before that.</summary>
    public FeatureDeclaration? Last => _last;

    public async Task<FeatureDeclaration> DeclareFeaturesAsync(DeclareFeaturesRequest request, CancellationToken cancellationToken = default)
    {
        var declaration = await guard.ReadAsync(token => inner.DeclareFeaturesAsync(request, token), cancellationToken).ConfigureAwait(false);
        if (declaration.Features is null || declaration.Features.Any(feature => feature is null))
            throw ProviderErrors.Wrong(guard.Info, nameof(DeclareFeaturesAsync), "features that are null");
        return _last = declaration;
    }
}

/// <summary>The last door before a provider: it is never given a definition that needs what it does not declare, so that nothing is dropped silently.</summary>
internal static class FeatureGate
{
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.UnsupportedFeature"/>: the instance does not declare one of them.</exception>
    public static async Task PassAsync(
        IReadOnlyList<RequiredFeature> required, GuardedCapabilities capabilities, ProviderGuard guard, CancellationToken cancellationToken)
    {
        if (required.Count == 0) return;
        var declares = capabilities.Get<IDeclaresFeatures>();
        // What was declared is enough; what was not may be by now.
        if (declares is GuardedFeatures { Last: { } last } && Lacking(required, last).Count == 0) return;
        var lacking = Lacking(required, declares is null ? null : await declares.DeclareFeaturesAsync(new DeclareFeaturesRequest(), cancellationToken).ConfigureAwait(false));
        if (lacking.Count == 0) return;
        throw new LimiQuantixException(new LimiQuantixError
        {
            Code = ErrorCodes.UnsupportedFeature,
            Message = $"'{guard.Info.Name}' ({guard.Info.Kind}) does not understand {string.Join(", ", lacking.Select(one => one.Feature).Distinct())}.",
            Remedy = "Leave it out, or use an instance whose provider declares it.",
            Target = guard.Info.Name,
            Problems = [.. lacking.Select(one => new LimiQuantixProblem { Pointer = one.Pointer, Code = ErrorCodes.UnsupportedFeature, Message = $"It needs '{one.Feature}'." })],
        });
    }

    private static List<RequiredFeature> Lacking(IReadOnlyList<RequiredFeature> required, FeatureDeclaration? declared) =>
        [.. required.Where(one => declared?.Features.Contains(one.Feature) != true)];
}
