using Microsoft.Extensions.Logging;

namespace LibvirtSharp;

internal static partial class LibvirtLog
{
    [LoggerMessage(1, LogLevel.Debug, "The libvirt connection ended: {Reason}")]
    public static partial void ChannelEnded(ILogger logger, string reason);

    [LoggerMessage(2, LogLevel.Debug, "The server sent an event of the unknown kind {Procedure}; it was ignored")]
    public static partial void UnknownEvent(ILogger logger, int procedure);

    [LoggerMessage(3, LogLevel.Warning, "The connection to {Uri} is lost ({Reason}); reconnecting")]
    public static partial void Reconnecting(ILogger logger, LibvirtUri uri, string reason);

    [LoggerMessage(4, LogLevel.Debug, "Attempt {Attempt} to reconnect to {Uri} failed: {Reason}")]
    public static partial void ReconnectFailed(ILogger logger, LibvirtUri uri, int attempt, string reason);

    [LoggerMessage(5, LogLevel.Information, "Connected to {Uri} again after {Attempt} attempts")]
    public static partial void Reconnected(ILogger logger, LibvirtUri uri, int attempt);

    [LoggerMessage(6, LogLevel.Debug, "An event subscription could not be taken back: {Reason}")]
    public static partial void DeregisterFailed(ILogger logger, string reason);

    [LoggerMessage(7, LogLevel.Warning, "The source of the migration of {Domain} could not be told how it ended, and may keep it paused: {Reason}")]
    public static partial void MigrationNotConfirmed(ILogger logger, string domain, string reason);

    [LoggerMessage(8, LogLevel.Warning, "The transport's stream could not be closed: {Reason}")]
    public static partial void TransportNotClosed(ILogger logger, string reason);

    [LoggerMessage(9, LogLevel.Warning, "libvirt refused to register an event subscription again after a reconnection, which ended it: {Reason}")]
    public static partial void SubscriptionRefused(ILogger logger, string reason);

    [LoggerMessage(10, LogLevel.Warning, "The parameter {Parameter} of {Uri} has no effect here: {Instead}")]
    public static partial void ParameterIgnored(ILogger logger, string parameter, LibvirtUri uri, string instead);
}
