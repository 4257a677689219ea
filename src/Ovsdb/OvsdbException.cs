namespace Ovsdb;

/// <summary>A call failed: the server refused it, did not answer in time, or cannot be reached.</summary>
public sealed class OvsdbException : Exception
{
    /// <summary>An error of a kind.</summary>
    public OvsdbException(OvsdbErrorKind kind, string message, Exception? innerException = null)
        : base(message, innerException) => Kind = kind;

    /// <summary>What kind of failure it is.</summary>
    public OvsdbErrorKind Kind { get; }

    /// <summary>The server's word for it, such as <c>constraint violation</c> (RFC 7047 sections 4.1 and 5.2); null when the failure is on this side.</summary>
    public string? ServerError { get; init; }

    /// <summary>The server's explanation.</summary>
    public string? Details { get; init; }

    /// <summary>The place of the failed operation in its transaction, from 0; null when the whole failed.</summary>
    public int? OperationIndex { get; init; }

    /// <summary>True when the same call may succeed later.</summary>
    public bool IsTransient => Kind is OvsdbErrorKind.Connection or OvsdbErrorKind.Deadline || (Kind == OvsdbErrorKind.Refused && ServerError is "cluster error" or "canceled");

    /// <summary>True when the call was sent and its answer did not come: whether it took effect is unknown.</summary>
    public bool IsOutcomeUnknown { get; init; }

    /// <summary>True when the server was there, and may serve soon: a cluster elects its leader.</summary>
    internal bool IsNotUsableYet { get; init; }

    internal static OvsdbException Protocol(string message, Exception? inner = null) => new(OvsdbErrorKind.Protocol, message, inner);

    internal static OvsdbException Connection(string message, Exception? inner = null) => new(OvsdbErrorKind.Connection, message, inner);

    /// <summary>The end of a connection, as a call of it that waits is told.</summary>
    internal static OvsdbException Lost(string method, OvsdbException reason) =>
        new(OvsdbErrorKind.Connection, $"The connection ended before {method} was answered: {reason.Message}", reason) { IsOutcomeUnknown = true };

    internal static OvsdbException Late(string method, TimeSpan limit, bool sent) =>
        new(OvsdbErrorKind.Deadline, sent ? $"{method} was not answered within {limit.TotalSeconds:0.###} s." : $"There was no connection for {method} within {limit.TotalSeconds:0.###} s.")
        {
            IsOutcomeUnknown = sent,
        };
}
