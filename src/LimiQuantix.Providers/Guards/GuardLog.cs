using Microsoft.Extensions.Logging;

namespace LimiQuantix.Providers.Guards;

/// <summary>What calls into providers log.</summary>
internal static partial class GuardLog
{
    [LoggerMessage(1, LogLevel.Warning, "The {Contract} {Instance} of kind {Kind} did not return from {Member} in {Limit} or when it was cancelled; it is given up and still runs")]
    public static partial void Late(ILogger logger, string contract, string instance, string kind, string member, TimeSpan limit);

    [LoggerMessage(2, LogLevel.Information, "The {Contract} {Instance} of kind {Kind} returned from {Member} {Late} after it was given up")]
    public static partial void Returned(ILogger logger, Exception? exception, string contract, string instance, string kind, string member, TimeSpan late);

    [LoggerMessage(3, LogLevel.Warning, "The {Contract} {Instance} of kind {Kind} threw when one of its calls was cancelled: {Reason}")]
    public static partial void CallbackFailed(ILogger logger, Exception? exception, string reason, string contract, string instance, string kind);

    [LoggerMessage(4, LogLevel.Warning, "Ending what the {Contract} {Instance} of kind {Kind} gave failed: {Reason}")]
    public static partial void EndFailed(ILogger logger, Exception? exception, string reason, string contract, string instance, string kind);
}
