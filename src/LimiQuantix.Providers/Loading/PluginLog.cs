using Microsoft.Extensions.Logging;

namespace LimiQuantix.Providers.Loading;

/// <summary>What plugin loading and instances log.</summary>
internal static partial class PluginLog
{
    [LoggerMessage(LogLevel.Information, "Plugin {PluginId} {Version} registers {Kinds}")]
    public static partial void Loaded(ILogger logger, string pluginId, string version, string kinds);

    [LoggerMessage(LogLevel.Error, "Plugin {PluginId} was refused: {Reason} {Remedy}")]
    public static partial void Refused(ILogger logger, Exception? exception, string pluginId, string reason, string? remedy);

    [LoggerMessage(LogLevel.Warning, "The plugin folder {Directory} does not exist")]
    public static partial void DirectoryMissing(ILogger logger, string directory);

    [LoggerMessage(LogLevel.Debug, "Opened the {Contract} {Instance} of kind {Kind}")]
    public static partial void Opened(ILogger logger, string contract, string instance, string kind);

    [LoggerMessage(LogLevel.Warning, "Ending the {Contract} {Instance} of kind {Kind} failed")]
    public static partial void CloseFailed(ILogger logger, Exception exception, string contract, string instance, string kind);

    [LoggerMessage(LogLevel.Information, "Added the {Contract} {Instance} of kind {Kind}")]
    public static partial void Added(ILogger logger, string contract, string instance, string kind);

    [LoggerMessage(LogLevel.Information, "Removed, closed or opened the {Contract} {Instance} of kind {Kind}")]
    public static partial void Removed(ILogger logger, string contract, string instance, string kind);
}
