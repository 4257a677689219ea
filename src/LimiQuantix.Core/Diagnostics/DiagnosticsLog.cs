using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Diagnostics;

/// <summary>What checks log.</summary>
internal static partial class DiagnosticsLog
{
    [LoggerMessage(1, LogLevel.Warning, "Checking the {Contract} {Instance} of kind {Kind} failed: {Reason}")]
    public static partial void CheckFailed(ILogger logger, Exception? exception, string reason, string contract, string instance, string kind);
}
