using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace LimiQuantix.Providers.Loading;

/// <summary>What the build left of the host's code.</summary>
internal static class HostCode
{
    /// <summary>Why a member of ours needs all of it.</summary>
    public const string WhyWhole = "Plugins from folders use what the host does not: it must be neither trimmed nor compiled ahead of time.";

    /// <summary>
    /// Whether it is whole: neither trimmed nor compiled ahead of time. Only then can code be loaded and types be found when it runs. The trimmer and the compiler
    /// put <see langword="false"/> in its place and leave out what depends on it.
    /// </summary>
    [FeatureGuard(typeof(RequiresUnreferencedCodeAttribute))]
    [FeatureGuard(typeof(RequiresDynamicCodeAttribute))]
    [SuppressMessage("Trimming", "IL4000", Justification = "A trimmed host does not come here: the trimmer has put false in its place.")]
    public static bool IsWhole => RuntimeFeature.IsDynamicCodeSupported;
}
