using LibvirtSharp.Configuration;
using LibvirtSharp.Protocol;
using LibvirtSharp.Rpc;
using LibvirtSharp.Transports;

namespace LibvirtSharp;

/// <summary>
/// A connection to a libvirt daemon. Safe for any number of concurrent calls, which share it without waiting for one another.
/// Every call throws <see cref="LibvirtException"/> when libvirt refuses it, the deadline passes or the connection is lost, and
/// <see cref="OperationCanceledException"/> when its token is cancelled; cancelling gives up the wait, libvirt may still finish the work.
/// </summary>
public sealed partial class LibvirtConnection : IAsyncDisposable
{
    private readonly ConnectionCore _core;
    private readonly bool _owner;

    private LibvirtConnection(ConnectionCore core, TimeSpan timeout, TimeSpan longTimeout, bool owner)
    {
        _core = core;
        _owner = owner;
        CallTimeout = timeout;
        LongCallTimeout = longTimeout;
        Remote = new RemoteProgram(core, timeout);
        LongRemote = new RemoteProgram(core, longTimeout, core.LongCalls);
        PromptRemote = new RemoteProgram(core, longTimeout);
        LongQemu = new QemuProgram(core, longTimeout, core.LongCalls);
        Qemu = new QemuProgram(core, timeout);
    }

    /// <summary>What was connected to.</summary>
    public LibvirtUri Uri => _core.Uri;

    /// <summary>How long a call through this object may take.</summary>
    public TimeSpan CallTimeout { get; }

    /// <summary>Completes, never faults, when the connection is gone for good, with the reason; with reconnection only when that is given up or this is disposed.</summary>
    public Task<LibvirtException> Closed => _core.Closed;

    /// <summary>The remote program's procedures as they are on the wire, for what this surface lacks.</summary>
    public RemoteProgram Remote { get; }

    /// <summary>The QEMU program's procedures as they are on the wire.</summary>
    public QemuProgram Qemu { get; }

    /// <inheritdoc cref="RpcChannel.TypedParameterFlags"/>
    internal uint TypedParameterFlags => _core.TypedParameterFlags;

    /// <summary>Calls of this connection whose reply is awaited.</summary>
    internal int Outstanding => _core.Channel.Outstanding;

    /// <summary>Where it logs.</summary>
    internal Microsoft.Extensions.Logging.ILogger Logger => _core.Options.Logger;

    /// <summary>The remote program for calls that move data or wait for work; a few at a time.</summary>
    internal RemoteProgram LongRemote { get; }

    /// <summary>The same for calls that are mostly short or that somebody stands still for: they wait for no other call.</summary>
    internal RemoteProgram PromptRemote { get; }

    /// <summary>QEMU's program for calls that wait for work; in turn with those of <see cref="LongRemote"/>.</summary>
    internal QemuProgram LongQemu { get; }

    /// <summary>How long a call that moves data may take.</summary>
    internal TimeSpan LongCallTimeout { get; }

    /// <summary>How many calls that take long are under way.</summary>
    internal LongCallLimit LongCalls => _core.LongCalls;

    /// <summary>Whether the other is this connection, maybe with another deadline.</summary>
    internal bool IsSameAs(LibvirtConnection other) => other._core == _core;

    /// <exception cref="ArgumentException">The object is of another connection: here its name may mean nothing, or something else.</exception>
    internal void RefuseForeign(LibvirtConnection connection, object item, string parameter)
    {
        if (!IsSameAs(connection))
            throw new ArgumentException($"'{item}' is of another connection; look it up on this one.", parameter);
    }

    /// <summary>Connects to a URI such as <c>qemu:///system</c> with default options.</summary>
    /// <exception cref="LibvirtException">libvirt cannot be reached or refuses, or its client's configuration is needed and cannot be read.</exception>
    /// <exception cref="FormatException">The URI is none, and no alias.</exception>
    public static Task<LibvirtConnection> OpenAsync(string uri, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(uri);
        return OpenAsync(new LibvirtConnectionOptions { Uri = uri }, cancellationToken);
    }

    /// <summary>Connects.</summary>
    /// <exception cref="LibvirtException">libvirt cannot be reached or refuses, or its client's configuration is needed and cannot be read.</exception>
    /// <exception cref="FormatException">The URI is none, and no alias.</exception>
    /// <exception cref="ArgumentException">An option is null, empty or (<see cref="ArgumentOutOfRangeException"/>) beyond its bounds; nothing was opened.</exception>
    public static async Task<LibvirtConnection> OpenAsync(LibvirtConnectionOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        LibvirtConnectionOptions settings = options.Validated();
        LibvirtUri uri = await UriChoice.ChooseAsync(settings.GivenUri, ClientConfiguration.DefaultPath, cancellationToken).ConfigureAwait(false);
        if (uri.Parameter("tls_priority") is not null)
            LibvirtLog.ParameterIgnored(settings.Logger, "tls_priority", uri, "which versions and ciphers TLS may use is the platform's choice");
        if (uri.Parameter("command") is not null)
            LibvirtLog.ParameterIgnored(settings.Logger, "command", uri, "no program is run to connect");
        var core = new ConnectionCore(uri, settings, settings.Transport ?? TransportSelection.For(uri, settings));
        try
        {
            await core.OpenAsync(cancellationToken).ConfigureAwait(false);
            return new LibvirtConnection(core, settings.CallTimeout, settings.LongCallTimeout, owner: true);
        }
        catch
        {
            await core.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The same connection with another deadline for its calls. Disposing the view does nothing.</summary>
    public LibvirtConnection WithTimeout(TimeSpan timeout)
    {
        if (timeout <= TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "A deadline must be positive or infinite.");
        return new LibvirtConnection(_core, timeout, timeout, owner: false);
    }

    /// <summary>Subscribes to one kind of event. When this returns, no later event is missed. Any number of subscriptions may want the same.</summary>
    /// <exception cref="LibvirtException">libvirt refuses, does not answer in time or cannot be reached.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; nothing stays subscribed.</exception>
    /// <exception cref="ArgumentException">An option is beyond its bounds, its domain is of another connection, or there is no such kind of event; nothing stays subscribed.</exception>
    public Task<LibvirtEventSubscription> SubscribeAsync(
        LibvirtEventKind kind, LibvirtSubscriptionOptions? options = null, CancellationToken cancellationToken = default) =>
        SubscribeAsync([kind], options, cancellationToken);

    /// <summary>Subscribes to several kinds of events, which come in one sequence; to none for <see cref="ResyncEvent"/>s alone. When this returns, no later event is missed.</summary>
    /// <exception cref="LibvirtException">libvirt refuses one of them, does not answer in time or cannot be reached; nothing stays subscribed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; nothing stays subscribed.</exception>
    /// <exception cref="ArgumentException">An option is beyond its bounds, its domain is of another connection, or there is no such kind of event; nothing stays subscribed.</exception>
    public async Task<LibvirtEventSubscription> SubscribeAsync(
        IReadOnlyList<LibvirtEventKind> kinds, LibvirtSubscriptionOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(kinds);
        var subscription = new LibvirtEventSubscription(this, _core.Events, [.. kinds], options ?? new LibvirtSubscriptionOptions());
        try
        {
            await _core.Events.AddAsync(subscription, cancellationToken).ConfigureAwait(false);
            return subscription;
        }
        catch
        {
            // The caller waits no longer: what was registered is taken back behind its back.
            _ = subscription.DisposeAsync().AsTask();
            throw;
        }
    }

    /// <summary>Closes the connection. Calls that wait fail; open streams have connections of their own and stay.</summary>
    public ValueTask DisposeAsync() => _owner ? _core.DisposeAsync() : ValueTask.CompletedTask;
}
