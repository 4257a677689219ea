using LimiQuantix.Guest.Protos;

namespace LimiQuantix.Guest;

/// <summary>A guest session or one call of it failed; <see cref="Code"/> says in which way. Text of the guest in it is bounded and escaped.</summary>
public sealed class GuestException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">The way in which it failed.</param>
    /// <param name="message">What happened, for a person.</param>
    /// <param name="innerException">The failure beneath, when there is one.</param>
    public GuestException(GuestErrorCode code, string message, Exception? innerException = null)
        : base(message, innerException) => Code = code;

    /// <summary>The way in which it failed.</summary>
    public GuestErrorCode Code { get; }

    /// <summary>The name of the guest's error number, such as ENOENT, where it has one.</summary>
    public string? Errno { get; init; }

    internal static GuestException Violation(string message, Exception? inner = null) =>
        new(GuestErrorCode.ProtocolViolation, $"The guest breaks the protocol: {message}.", inner);

    internal static GuestException Of(Status status) =>
        new(CodeOf(status.Code), GuestText.Clean(status.Message, 1024) is { Length: > 0 } text ? text : $"The guest says {status.Code}.")
        {
            Errno = GuestText.Clean(status.Errno, 32) is { Length: > 0 } name ? name : null,
        };

    private static GuestErrorCode CodeOf(Code code) => code switch
    {
        Protos.Code.Unimplemented => GuestErrorCode.Unimplemented,
        Protos.Code.Invalid => GuestErrorCode.Invalid,
        Protos.Code.NotFound => GuestErrorCode.NotFound,
        Protos.Code.PermissionDenied => GuestErrorCode.PermissionDenied,
        Protos.Code.RefusedByPolicy => GuestErrorCode.RefusedByPolicy,
        Protos.Code.Exists => GuestErrorCode.Exists,
        Protos.Code.Busy => GuestErrorCode.Busy,
        Protos.Code.Cancelled => GuestErrorCode.Cancelled,
        Protos.Code.Deadline => GuestErrorCode.Timeout,
        Protos.Code.NoSpace => GuestErrorCode.NoSpace,
        Protos.Code.Changed => GuestErrorCode.Changed,
        Protos.Code.Frozen => GuestErrorCode.Frozen,
        Protos.Code.NotExecutable => GuestErrorCode.NotExecutable,
        Protos.Code.Limit => GuestErrorCode.LimitExceeded,
        _ => GuestErrorCode.Failed,
    };
}
