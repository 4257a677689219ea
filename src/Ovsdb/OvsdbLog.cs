using Microsoft.Extensions.Logging;

namespace Ovsdb;

internal static partial class OvsdbLog
{
    [LoggerMessage(1, LogLevel.Debug, "An OVSDB connection ended: {Reason}")]
    public static partial void ConnectionEnded(ILogger logger, string reason);

    [LoggerMessage(2, LogLevel.Information, "Connected to {Database} at {Endpoint}")]
    public static partial void Connected(ILogger logger, string database, OvsdbEndpoint endpoint);

    [LoggerMessage(3, LogLevel.Warning, "The connection to {Database} at {Endpoint} is lost ({Reason}); reconnecting")]
    public static partial void Reconnecting(ILogger logger, string database, OvsdbEndpoint endpoint, string reason);

    [LoggerMessage(4, LogLevel.Debug, "{Database} at {Endpoint} cannot be used: {Reason}")]
    public static partial void AttemptFailed(ILogger logger, string database, OvsdbEndpoint endpoint, string reason);

    [LoggerMessage(5, LogLevel.Information, "The monitor of {Database} was cancelled by the server (its schema changed, or it was removed); it is set up again")]
    public static partial void MonitorCanceled(ILogger logger, string database);

    [LoggerMessage(6, LogLevel.Debug, "A replica of {Database} was resumed: {IsResumed}, {Changes} rows changed")]
    public static partial void ReplicaLoaded(ILogger logger, string database, bool isResumed, int changes);

    [LoggerMessage(7, LogLevel.Error, "The client of {Database} gave up after {Rounds} rounds: {Reason}")]
    public static partial void GaveUp(ILogger logger, string database, int rounds, string reason);

    [LoggerMessage(8, LogLevel.Warning, "The lock {Lock} was lost")]
    public static partial void LockLost(ILogger logger, string @lock);
}
