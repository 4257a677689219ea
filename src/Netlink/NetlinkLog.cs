using Microsoft.Extensions.Logging;

namespace Netlink;

internal static partial class NetlinkLog
{
    [LoggerMessage(1, LogLevel.Warning, "{Request} was done, and the kernel warns: {Warning}")]
    public static partial void Warned(this ILogger logger, string request, string warning);

    [LoggerMessage(2, LogLevel.Debug, "{Request} was interrupted by changes; attempt {Attempt} of {Attempts} follows.")]
    public static partial void DumpInterrupted(this ILogger logger, string request, int attempt, int attempts);

    [LoggerMessage(3, LogLevel.Warning, "Events are lost: the monitor's receive buffer overflowed.")]
    public static partial void EventsLost(this ILogger logger);

    [LoggerMessage(4, LogLevel.Error, "The monitor ended.")]
    public static partial void MonitorEnded(this ILogger logger, Exception exception);
}
