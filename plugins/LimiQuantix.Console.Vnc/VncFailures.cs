using LimiQuantix.Rfb;

namespace LimiQuantix.Console.Vnc;

/// <summary>Turns what RFB can go wrong with into the contract's errors.</summary>
internal static class VncFailures
{
    private const string NotOurServer = "Check that the console's endpoint is a VNC server's.";

    public static LimiQuantixException From(RfbException failure)
    {
        var (code, remedy, transient) = failure.Code switch
        {
            RfbErrorCode.Timeout => (ErrorCodes.Timeout, "Check that the machine is not paused by its host; HandshakeTimeout and CaptureTimeout are options of the vnc console.", true),
            RfbErrorCode.ConnectionClosed => (ErrorCodes.Unavailable, "The machine may be stopping; try again when it runs.", true),
            RfbErrorCode.Refused => (ErrorCodes.Unavailable, "The server refuses new viewers for now; close others or try again later.", true),
            RfbErrorCode.PasswordRequired or RfbErrorCode.AuthenticationFailed =>
                (ErrorCodes.PermissionDenied, "Set Password in the options of the vnc console to a secret that holds the server's password.", false),
            RfbErrorCode.UnsupportedSecurity =>
                (ErrorCodes.Unavailable, "Let the server offer None (on a unix socket or loopback) or VNC authentication.", false),
            RfbErrorCode.LimitExceeded => (ErrorCodes.Unavailable, "If the screen is really that large, raise MaximumScreenBytes in the options of the vnc console.", false),
            _ => (ErrorCodes.Unavailable, NotOurServer, false),
        };
        return new LimiQuantixException(code, failure.Message, remedy, target: "vnc", transient, failure);
    }
}
