using System.Net;
using LibvirtSharp.Configuration;
using LibvirtSharp.Rpc;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LibvirtSharp;

/// <summary>How a <see cref="LibvirtConnection"/> is opened and kept.</summary>
public sealed class LibvirtConnectionOptions
{
    /// <summary>
    /// Where libvirt is, as libvirt writes it: <c>qemu:///system</c>, <c>qemu+tls://host/system</c>, or an alias of <c>libvirt.conf</c>'s
    /// <c>uri_aliases</c>. Default what the environment's <c>LIBVIRT_DEFAULT_URI</c> says, else <c>qemu:///system</c>, or, when it comes
    /// to connecting, what <c>libvirt.conf</c>'s <c>uri_default</c> says.
    /// </summary>
    public string Uri
    {
        get => GivenUri ?? UriChoice.OfEnvironment ?? UriChoice.Fallback;
        set => GivenUri = value;
    }

    /// <summary>Null while nobody has set <see cref="Uri"/>.</summary>
    internal string? GivenUri { get; private set; }

    /// <summary>Asks for a connection that can change nothing. Default false.</summary>
    public bool ReadOnly { get; set; }

    /// <summary>How long connecting, authenticating and opening may take together; <see cref="Timeout.InfiniteTimeSpan"/> for no limit, otherwise at most 49 days. Default 30 seconds.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long one call may take; <see cref="Timeout.InfiniteTimeSpan"/> for no limit. Default 60 seconds. Another for one object:
    /// <see cref="Domain.WithTimeout"/>, <see cref="LibvirtConnection.WithTimeout"/>.
    /// </summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long a call may take that moves data or waits for work: start, save, restore, dump, migrate, snapshot, build, clone, wipe. Default
    /// no limit, as its duration is the data's; a dead server is found by keepalive, and the token ends the wait.
    /// </summary>
    public TimeSpan LongCallTimeout { get; set; } = Timeout.InfiniteTimeSpan;

    /// <summary>Silence after which the server is asked whether it lives; zero for never, on either side; at most 49 days. Default 5 seconds, as libvirt's. A
    /// stream whose reader pauses tells the daemon in this interval, or each 5 seconds, that it lives.</summary>
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Unanswered questions after which the connection is ended; not negative. Default 5, as libvirt's.</summary>
    public int KeepAliveCount { get; set; } = 5;

    /// <summary>The longest message accepted, at least 64 KiB. Default and maximum 32 MiB and 4 bytes, libvirt's own limit.</summary>
    public int MaxMessageBytes { get; set; } = MessageHeader.MaxLength;

    /// <summary>How much of a stream may wait unread before the server is held back; 1 or more: one message (256 KiB) is always taken. Default 4 MiB.</summary>
    public int StreamBufferBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>When set, a lost connection is opened again; until then calls fail with a transient <see cref="LibvirtException"/>. Default null.</summary>
    public LibvirtReconnectOptions? Reconnect { get; set; }

    /// <summary>Who to be when the server asks for a user and a password (SASL).</summary>
    public NetworkCredential? Credential { get; set; }

    /// <summary>Certificates of a TLS connection.</summary>
    public LibvirtTlsOptions Tls { get; set; } = new();

    /// <summary>Reaches the server instead of the URI's own transport, for instance through a tunnel of the host's own.</summary>
    public ILibvirtTransport? Transport { get; set; }

    /// <summary>Where this client logs. Default nowhere.</summary>
    public ILogger Logger { get; set; } = NullLogger.Instance;

    /// <summary>The clock of deadlines, keepalive and back-off. Default the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    internal LibvirtConnectionOptions Validated()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Uri);
        ArgumentNullException.ThrowIfNull(Tls);
        ArgumentNullException.ThrowIfNull(Logger);
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ThrowUnlessPositive(ConnectTimeout, nameof(ConnectTimeout));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ConnectTimeout, TimerLimit.Longest, nameof(ConnectTimeout));
        ThrowUnlessPositive(CallTimeout, nameof(CallTimeout));
        ThrowUnlessPositive(LongCallTimeout, nameof(LongCallTimeout));
        ArgumentOutOfRangeException.ThrowIfLessThan(KeepAliveInterval, TimeSpan.Zero, nameof(KeepAliveInterval));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(KeepAliveInterval, TimerLimit.Longest, nameof(KeepAliveInterval));
        ArgumentOutOfRangeException.ThrowIfNegative(KeepAliveCount);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxMessageBytes, 64 * 1024, nameof(MaxMessageBytes));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxMessageBytes, MessageHeader.MaxLength, nameof(MaxMessageBytes));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(StreamBufferBytes);
        if (Credential is { } credential)
        {
            _ = Utf8.Length(credential.UserName, nameof(Credential));
            _ = Utf8.Length(credential.Password, nameof(Credential));
        }
        Reconnect?.Validate();
        return (LibvirtConnectionOptions)MemberwiseClone();
    }

    private static void ThrowUnlessPositive(TimeSpan value, string name)
    {
        if (value <= TimeSpan.Zero && value != Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be positive or infinite.");
    }
}
