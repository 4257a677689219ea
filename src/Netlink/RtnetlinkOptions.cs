using Microsoft.Extensions.Logging;

namespace Netlink;

/// <summary>How a connection or a monitor is opened.</summary>
public sealed class RtnetlinkOptions
{
    /// <summary>The network namespace it works in; null, the default, for that of the thread that opens it. Not disposed with the connection.</summary>
    public NetworkNamespace? Namespace { get; set; }

    /// <summary>How long an answer is waited for, 30 s by default. What the kernel has begun it finishes all the same.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a dump is asked for again when the kernel says that what it read changed meanwhile (NLM_F_DUMP_INTR); 20 by default.</summary>
    public int DumpAttempts { get; set; } = 20;

    /// <summary>
    /// The size of the socket's receive buffer (SO_RCVBUF), 1 MiB by default. Without CAP_NET_ADMIN it is at most net.core.rmem_max. For a
    /// monitor this is what may happen while nobody reads before messages are lost, some thousand of them for each MiB.
    /// </summary>
    public int ReceiveBufferSize { get; set; } = 1 << 20;

    /// <summary>How many events a monitor reads ahead of whoever enumerates them, 1,024 by default; further ones wait in the socket's buffer.</summary>
    public int EventBufferCapacity { get; set; } = 1024;

    /// <summary>Where time-outs take the time from.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Who is told of interrupted dumps, lost events and the kernel's warnings; nobody by default.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    internal RtnetlinkOptions Checked()
    {
        if (CallTimeout <= TimeSpan.Zero || CallTimeout.TotalMilliseconds > int.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(CallTimeout), CallTimeout, "CallTimeout is more than zero and at most 24 days.");
        ArgumentOutOfRangeException.ThrowIfLessThan(DumpAttempts, 1, nameof(DumpAttempts));
        ArgumentOutOfRangeException.ThrowIfLessThan(ReceiveBufferSize, 1024, nameof(ReceiveBufferSize));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ReceiveBufferSize, 1 << 30, nameof(ReceiveBufferSize));
        ArgumentOutOfRangeException.ThrowIfLessThan(EventBufferCapacity, 1, nameof(EventBufferCapacity));
        ArgumentNullException.ThrowIfNull(TimeProvider, nameof(TimeProvider));
        return (RtnetlinkOptions)MemberwiseClone();
    }
}
