namespace LimiQuantix.Providers.Loading;

/// <summary>Makes the error of a plugin that does not fit.</summary>
internal static class PluginRefusal
{
    /// <param name="plugin">The plugin's id, or its folder's name while the id is not known.</param>
    /// <param name="reason">What does not fit: a sentence.</param>
    /// <param name="remedy">What would be right: a sentence.</param>
    /// <param name="cause">What caused it, when something did.</param>
    public static LimiQuantixException Because(string plugin, string reason, string remedy, Exception? cause = null) =>
        new(ErrorCodes.PluginRefused, reason, remedy, plugin, innerException: cause);
}
