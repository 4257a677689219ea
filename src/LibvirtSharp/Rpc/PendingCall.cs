using LibvirtSharp.Xdr;

namespace LibvirtSharp.Rpc;

/// <summary>
/// A call whose reply is awaited. It is completed exactly once, by whoever takes it from the channel's table: the reply, the
/// deadline, the caller's token or the end of the connection.
/// </summary>
internal abstract class PendingCall : IContinuation
{
    public RpcChannel? Channel { get; protected set; }

    public uint Program { get; protected set; }

    public int Procedure { get; protected set; }

    /// <summary>Given by the channel when the call is sent.</summary>
    public uint Serial { get; set; }

    /// <summary>A timestamp of the channel's clock; <see cref="long.MaxValue"/> when there is none.</summary>
    public long Deadline { get; set; }

    public TimeSpan Timeout { get; protected set; }

    public CancellationTokenRegistration Registration { get; set; }

    /// <summary>Reads the reply's payload; throws <see cref="XdrException"/> on bytes that are none, and is then still to be failed.</summary>
    public abstract void Decode(ref XdrReader reader);

    /// <summary>Gives what was decoded to the caller.</summary>
    public abstract void Continue(bool inline);

    public abstract void Fail(Exception error);
}
