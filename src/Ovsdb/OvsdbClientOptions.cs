using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ovsdb;

/// <summary>How an <see cref="OvsdbClient"/> reaches its database.</summary>
public sealed class OvsdbClientOptions
{
    /// <summary>The longest time that the platform's timers take.</summary>
    internal static readonly TimeSpan LongestTimer = TimeSpan.FromDays(49);

    /// <summary>Where the servers are, between commas: <c>unix:/path</c>, <c>tcp:host:port</c>, <c>ssl:host:port</c>. Those of a cluster are all named.</summary>
    public string Endpoints { get; set; } = "";

    /// <summary>The database, as in <c>OVN_Northbound</c>. Default that of <see cref="Schema"/>.</summary>
    public string Database { get; set; } = "";

    /// <summary>
    /// What the program was made for, such as <c>Northbound.Schema</c>: checked at every connection. Tables and columns that the server has
    /// besides are no fault; those that it lacks are named. Null checks nothing.
    /// </summary>
    public OvsdbSchema? Schema { get; set; }

    /// <summary>Does without tables and columns of <see cref="Schema"/> that an older server lacks; reading them throws. Default false.</summary>
    public bool TolerateMissing { get; set; }

    /// <summary>Talks only to the leader of a cluster, so that what is read is never old. False takes any member, and a relay. Default true, as Open vSwitch's programs.</summary>
    public bool LeaderOnly { get; set; } = true;

    /// <summary>How long one connection may take until it can be used, without loading replicas; at most 49 days. Default 10 seconds.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a call may take, with the wait for a connection; <see cref="Timeout.InfiniteTimeSpan"/> for no limit. Default 30 seconds.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the first content of a replica may take, at most 49 days. Default 5 minutes: a server answers nothing else while it writes it.</summary>
    public TimeSpan LoadTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Silence after which the server is asked whether it lives; one that says nothing for another is given up. Zero for never. Default 5 seconds, as Open vSwitch's.</summary>
    public TimeSpan ProbeInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest message accepted. Default 1 GiB.</summary>
    public long MaxMessageBytes { get; set; } = 1L << 30;

    /// <summary>Calls that may wait for their answers; further ones wait for their turn. Default 1,000.</summary>
    public int MaxOutstandingCalls { get; set; } = 1000;

    /// <summary>How a lost connection is opened again.</summary>
    public OvsdbReconnectOptions Reconnect { get; set; } = new();

    /// <summary>Certificates of <c>ssl:</c> endpoints.</summary>
    public OvsdbTlsOptions Tls { get; set; } = new();

    /// <summary>Where this client logs. Default nowhere.</summary>
    public ILogger Logger { get; set; } = NullLogger.Instance;

    /// <summary>The clock of deadlines, probes and back-off. Default the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    internal OvsdbClientOptions Validated()
    {
        if (string.IsNullOrWhiteSpace(Endpoints))
            throw new ArgumentException($"{nameof(Endpoints)} is empty; give one such as unix:/var/run/openvswitch/db.sock or tcp:host:6641.");
        ArgumentNullException.ThrowIfNull(Reconnect);
        ArgumentNullException.ThrowIfNull(Tls);
        ArgumentNullException.ThrowIfNull(Logger);
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ThrowUnlessTime(ConnectTimeout, nameof(ConnectTimeout));
        ThrowUnlessTime(LoadTimeout, nameof(LoadTimeout));
        if (CallTimeout != Timeout.InfiniteTimeSpan)
            ThrowUnlessTime(CallTimeout, nameof(CallTimeout));
        ArgumentOutOfRangeException.ThrowIfLessThan(ProbeInterval, TimeSpan.Zero, nameof(ProbeInterval));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ProbeInterval, LongestTimer, nameof(ProbeInterval));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxMessageBytes, 64 * 1024, nameof(MaxMessageBytes));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxOutstandingCalls);
        Reconnect.Validate();
        var copy = (OvsdbClientOptions)MemberwiseClone();
        if (string.IsNullOrEmpty(Database))
            copy.Database = Schema?.Name ?? throw new ArgumentException($"Neither {nameof(Database)} nor {nameof(Schema)} is set: say which database is meant, such as OVN_Northbound.");
        if (Schema is not null && Schema.Name != copy.Database)
            throw new ArgumentException($"{nameof(Schema)} is that of {Schema.Name}, but {nameof(Database)} is {copy.Database}.");
        return copy;
    }

    private static void ThrowUnlessTime(TimeSpan value, string name)
    {
        if (value <= TimeSpan.Zero || value > LongestTimer)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be positive and at most 49 days.");
    }
}
