using LimiQuantix.Consoles;
using LimiQuantix.Rfb;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Console.Vnc;

/// <summary>What the provider logs.</summary>
internal static partial class VncLog
{
    [LoggerMessage(1, LogLevel.Debug, "Opened a VNC console ({Version}) with {Access} access")]
    public static partial void Opened(ILogger logger, RfbProtocolVersion version, ConsoleAccess access);

    [LoggerMessage(2, LogLevel.Debug, "Took a screenshot of {Width} by {Height} pixels")]
    public static partial void Captured(ILogger logger, int width, int height);
}
