namespace LibvirtSharp;

/// <summary>
/// libvirt refused or failed a call, or the connection to it did. Carries libvirt's own code, domain and level; failures that
/// arise on this side use the code libvirt's C client uses for them (<see cref="LibvirtErrorCode.OperationTimeout"/>,
/// <see cref="LibvirtErrorCode.Rpc"/>, <see cref="LibvirtErrorCode.NoConnect"/>).
/// </summary>
public sealed class LibvirtException : Exception
{
    /// <summary>An error with all its parts.</summary>
    public LibvirtException(LibvirtErrorCode code, LibvirtErrorDomain domain, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Code = code;
        Domain = domain;
        IsTransient = code is LibvirtErrorCode.OperationTimeout or LibvirtErrorCode.AgentUnresponsive or LibvirtErrorCode.AgentUnsynced
            or LibvirtErrorCode.ResourceBusy or LibvirtErrorCode.NoConnect;
    }

    /// <summary>libvirt's error number.</summary>
    public LibvirtErrorCode Code { get; }

    /// <summary>The part of libvirt the error comes from.</summary>
    public LibvirtErrorDomain Domain { get; }

    /// <summary>How grave libvirt says it is.</summary>
    public LibvirtErrorLevel Level { get; init; } = LibvirtErrorLevel.Error;

    /// <summary>The procedure that failed, for instance <c>DomainCreateWithFlags</c>; null outside a call.</summary>
    public string? Procedure { get; init; }

    /// <summary>True when the same call may succeed later: a time-out, a busy resource, a connection that is down.</summary>
    public bool IsTransient { get; init; }

    /// <summary>True when the connection is down or ended before the answer came; whether the call took effect is then unknown.</summary>
    public bool IsConnectionLost { get; init; }

    /// <summary>The same failure for another who waits.</summary>
    internal LibvirtException Again() => new(Code, Domain, Message, this)
    {
        Procedure = Procedure,
        Level = Level,
        IsTransient = IsTransient,
        IsConnectionLost = IsConnectionLost,
    };

    internal static LibvirtException Protocol(string message, Exception? inner = null) =>
        new(LibvirtErrorCode.Rpc, LibvirtErrorDomain.Rpc, message, inner);

    internal static LibvirtException ConnectionLost(string? procedure, LibvirtException reason) =>
        new(reason.Code, reason.Domain, $"The connection to libvirt is closed: {reason.Message}", reason)
        {
            Procedure = procedure,
            IsTransient = reason.IsTransient,
            IsConnectionLost = true,
        };

    internal static LibvirtException TimedOut(string procedure, TimeSpan timeout) =>
        new(LibvirtErrorCode.OperationTimeout, LibvirtErrorDomain.Rpc, $"libvirt did not answer {procedure} within {timeout.TotalSeconds:0.###} s.")
        {
            Procedure = procedure,
        };
}
