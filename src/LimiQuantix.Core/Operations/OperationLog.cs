using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Operations;

/// <summary>What the operation engine logs.</summary>
internal static partial class OperationLog
{
    /// <summary>The scope of everything logged while an operation runs.</summary>
    public static readonly Func<ILogger, Guid, Guid, string, IDisposable?> Scope =
        LoggerMessage.DefineScope<Guid, Guid, string>("OperationId:{OperationId} ResourceId:{ResourceId} Project:{Project}");

    [LoggerMessage(1, LogLevel.Information, "Operation {OperationId} ({Kind}) on {ResourceId} begins, attempt {Attempt}.")]
    public static partial void Began(this ILogger logger, Guid operationId, string kind, Guid resourceId, int attempt);

    [LoggerMessage(2, LogLevel.Information, "Operation {OperationId} ({Kind}) on {ResourceId} ended: {Outcome}.")]
    public static partial void Ended(this ILogger logger, Guid operationId, string kind, Guid resourceId, string outcome);

    [LoggerMessage(3, LogLevel.Warning, "Operation {OperationId} ({Kind}) on {ResourceId} failed with {Code}: {Reason}")]
    public static partial void Failed(this ILogger logger, Guid operationId, string kind, Guid resourceId, string code, string reason);

    [LoggerMessage(4, LogLevel.Error, "Operation {OperationId} ({Kind}) on {ResourceId} met a failure that nobody foresaw: {Reason}")]
    public static partial void FailedUnexpectedly(this ILogger logger, Exception? exception, string reason, Guid operationId, string kind, Guid resourceId);

    [LoggerMessage(5, LogLevel.Warning, "Operation {OperationId} is of kind {Kind}, which this program cannot run; a program that can will go on with it.")]
    public static partial void NoRunner(this ILogger logger, Guid operationId, string kind);

    [LoggerMessage(EventId = 6, Message = "The state could not be written for operation {OperationId}; it is tried again: {Reason}")]
    public static partial void WriteFailed(this ILogger logger, LogLevel level, Exception? exception, string reason, Guid operationId);

    [LoggerMessage(7, LogLevel.Information, "This process is the engine: it holds the lease with token {Token}.")]
    public static partial void Leads(this ILogger logger, long token);

    [LoggerMessage(8, LogLevel.Warning, "The engine's lease with token {Token} is lost; running operations are stopped as they are.")]
    public static partial void LeaseLost(this ILogger logger, long token);

    [LoggerMessage(9, LogLevel.Information, "The engine's lease with token {Token} is given back.")]
    public static partial void LeaseReleased(this ILogger logger, long token);

    [LoggerMessage(EventId = 10, Message = "The engine's lease could not be taken or renewed; it is tried again: {Reason}")]
    public static partial void LeaseFailed(this ILogger logger, LogLevel level, Exception? exception, string reason);

    [LoggerMessage(EventId = 11, Message = "The operations could not be followed; it is tried again: {Reason}")]
    public static partial void FollowFailed(this ILogger logger, LogLevel level, Exception? exception, string reason);

    [LoggerMessage(12, LogLevel.Error, "The stored operation at {Key} cannot be read and is left alone: {Reason}")]
    public static partial void Unreadable(this ILogger logger, Exception? exception, string reason, string key);

    [LoggerMessage(EventId = 13, Message = "The engine's service {Service} failed; it is begun again: {Reason}")]
    public static partial void ServiceFailed(this ILogger logger, LogLevel level, Exception? exception, string reason, string service);

    [LoggerMessage(14, LogLevel.Warning, "The engine did not stop in time: {Count} operations still run. Its lease lapses by itself.")]
    public static partial void StoppedLate(this ILogger logger, int count);

    [LoggerMessage(15, LogLevel.Information, "{Count} operations that ended long ago were forgotten.")]
    public static partial void Pruned(this ILogger logger, int count);

    [LoggerMessage(16, LogLevel.Error, "Operation {OperationId} is left as it is until the next engine begins it again: {Reason}")]
    public static partial void Abandoned(this ILogger logger, Exception? exception, string reason, Guid operationId);

    [LoggerMessage(17, LogLevel.Error, "Something that wanted to be told of a cancellation failed: {Reason}")]
    public static partial void CallbackFailed(this ILogger logger, Exception? exception, string reason);

    [LoggerMessage(19, LogLevel.Information, "Operation {OperationId} ({Kind}) on {ResourceId} is cancelled; what it made is undone.")]
    public static partial void IsCancelled(this ILogger logger, Guid operationId, string kind, Guid resourceId);

    [LoggerMessage(20, LogLevel.Debug, "Operation {OperationId}: step {Step} is undone.")]
    public static partial void Undid(this ILogger logger, Guid operationId, string step);

    [LoggerMessage(21, LogLevel.Error, "Operation {OperationId}: step {Step} could not be undone: {Reason}")]
    public static partial void UndoFailed(this ILogger logger, Exception? exception, string reason, Guid operationId, string step);

    [LoggerMessage(22, LogLevel.Warning, "Operation {OperationId} has ended, and {Count} provider calls that it gave up still run; its resources stay locked until they return.")]
    public static partial void WaitsForLateCalls(this ILogger logger, Guid operationId, int count);

    [LoggerMessage(23, LogLevel.Error, "What operation {OperationId} made late of {ResourceId} could not be undone: {Reason}")]
    public static partial void LateUndoFailed(this ILogger logger, Exception? exception, string reason, Guid operationId, Guid resourceId);

    [LoggerMessage(24, LogLevel.Warning, "Operation {OperationId} has ended, but could not tidy up: {Reason}")]
    public static partial void TidyingFailed(this ILogger logger, Exception? exception, string reason, Guid operationId);

    [LoggerMessage(25, LogLevel.Warning, "Operation {OperationId} stops without undoing anything: {Message}")]
    public static partial void IsFenced(this ILogger logger, Guid operationId, string message);

    [LoggerMessage(EventId = 18, Message = "The engine met a failure that nobody foresaw; it begins again: {Reason}")]
    public static partial void EngineFailed(this ILogger logger, LogLevel level, Exception? exception, string reason);

    [LoggerMessage(26, LogLevel.Information, "Another process is the engine ({Holder}); this one takes over when it gives its lease back, when it is proven dead, or when it has been silent for {Duration}.")]
    public static partial void StandsBy(this ILogger logger, string holder, TimeSpan duration);

    [LoggerMessage(27, LogLevel.Warning, "The process that was the engine ({Holder}) is dead: its lease is taken at once.")]
    public static partial void HolderIsDead(this ILogger logger, string holder);

    [LoggerMessage(28, LogLevel.Debug, "Who holds the engine's lease was not noted: {Reason}")]
    public static partial void HolderNotNoted(this ILogger logger, string reason);
}
