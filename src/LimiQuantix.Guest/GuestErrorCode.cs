namespace LimiQuantix.Guest;

/// <summary>In which way a guest session or one call of it failed. Numbers above <see cref="SessionEnded"/> come from the guest.</summary>
public enum GuestErrorCode
{
    /// <summary>Something else failed in the guest; the message says what.</summary>
    Failed = 0,

    /// <summary>Nothing answered on the channel: no agent runs, or another client holds the channel.</summary>
    NoAgent,

    /// <summary>The agent answered before and does not any more.</summary>
    Silent,

    /// <summary>What came breaks the protocol; the session is over.</summary>
    ProtocolViolation,

    /// <summary>The session ended: closed here, or by the other side.</summary>
    SessionEnded,

    /// <summary>The agent has no such verb: another or an older agent is in the guest.</summary>
    Unimplemented,

    /// <summary>The guest's own policy file turns this group of verbs off.</summary>
    RefusedByPolicy,

    /// <summary>The request makes no sense; the message says what would.</summary>
    Invalid,

    /// <summary>No such file, user, program or process in the guest.</summary>
    NotFound,

    /// <summary>The guest's kernel denied it.</summary>
    PermissionDenied,

    /// <summary>It is there already.</summary>
    Exists,

    /// <summary>Too much goes on at once, here or in the guest.</summary>
    Busy,

    /// <summary>The call was cancelled in the guest.</summary>
    Cancelled,

    /// <summary>The call's time was up.</summary>
    Timeout,

    /// <summary>The guest's file system is full.</summary>
    NoSpace,

    /// <summary>A digest or a size is not what was said: bytes changed on the way or at their source.</summary>
    Changed,

    /// <summary>The guest's file systems are frozen: until the thaw only ping, status and thaw are answered.</summary>
    Frozen,

    /// <summary>The file is there and no program.</summary>
    NotExecutable,

    /// <summary>A bound of this side or of the guest was reached.</summary>
    LimitExceeded,
}
