using Microsoft.Extensions.Logging;

namespace LimiQuantix.Providers.Loading;

/// <summary>What plugin loading and instances log.</summary>
internal static partial class PluginLog
{
    [LoggerMessage(1, LogLevel.Information, "Plugin {PluginId} {Version} registers {Kinds}")]
    public static partial void Loaded(ILogger logger, string pluginId, string version, string kinds);

    [LoggerMessage(2, LogLevel.Error, "Plugin {PluginId} was refused: {Reason} {Remedy}")]
    public static partial void Refused(ILogger logger, Exception? exception, string pluginId, string reason, string? remedy);

    [LoggerMessage(3, LogLevel.Warning, "{Reason} {Remedy}")]
    public static partial void Noted(ILogger logger, string reason, string remedy);

    [LoggerMessage(8, LogLevel.Information, "There is no plugin in the plugin directory {Directory}")]
    public static partial void DirectoryEmpty(ILogger logger, string directory);

    [LoggerMessage(4, LogLevel.Debug, "Opened the {Contract} {Instance} of kind {Kind}")]
    public static partial void Opened(ILogger logger, string contract, string instance, string kind);

    [LoggerMessage(5, LogLevel.Warning, "Ending the {Contract} {Instance} of kind {Kind} failed: {Reason}")]
    public static partial void CloseFailed(ILogger logger, Exception? exception, string reason, string contract, string instance, string kind);

    [LoggerMessage(6, LogLevel.Information, "Added the {Contract} {Instance} of kind {Kind}")]
    public static partial void Added(ILogger logger, string contract, string instance, string kind);

    [LoggerMessage(7, LogLevel.Information, "Removed, closed or opened the {Contract} {Instance} of kind {Kind}")]
    public static partial void Removed(ILogger logger, string contract, string instance, string kind);
}
