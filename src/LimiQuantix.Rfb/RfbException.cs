namespace LimiQuantix.Rfb;

/// <summary>An RFB connection or operation failed; <see cref="Code"/> says in which way.</summary>
public sealed class RfbException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">The way in which it failed.</param>
    /// <param name="message">What happened, for a person.</param>
    /// <param name="innerException">The failure beneath, when there is one.</param>
    public RfbException(RfbErrorCode code, string message, Exception? innerException = null)
        : base(message, innerException) => Code = code;

    /// <summary>The way in which it failed.</summary>
    public RfbErrorCode Code { get; }

    internal static RfbException Violation(string message) => new(RfbErrorCode.ProtocolViolation, message);

    internal static RfbException Limit(string message) => new(RfbErrorCode.LimitExceeded, message);
}
