using System.Buffers;
using System.Text.Json;
using Ovsdb.Client;

namespace Ovsdb;

/// <summary>
/// A client of one OVSDB database (RFC 7047), on one server or on a cluster. Safe for any number of concurrent calls, which share a
/// connection without waiting for one another. A lost connection is opened again; calls wait for it within their deadline. Every call throws
/// <see cref="OvsdbException"/> when it fails, and <see cref="OperationCanceledException"/> when its token is cancelled, which gives up the
/// wait: what was sent may still take effect.
/// </summary>
public sealed class OvsdbClient : IAsyncDisposable
{
    private readonly OvsdbClientOptions _options;
    private readonly ConnectionSupervisor _supervisor;
    private readonly TransactionSender _sender;
    private readonly Lock _lock = new();
    private readonly List<OvsdbReplica> _replicas = [];
    private readonly Dictionary<string, OvsdbLock> _locks = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource<OvsdbException> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private OvsdbSchema? _schema;

    private OvsdbClient(OvsdbClientOptions options)
    {
        _options = options;
        _supervisor = new ConnectionSupervisor(options, OvsdbEndpoint.ParseList(options.Endpoints), SetUpAsync, Lost, GaveUp);
        _sender = new TransactionSender(options, _supervisor, _closed.Task);
    }

    /// <summary>The database's name.</summary>
    public string Database => _options.Database;

    /// <summary>The server's schema, as of the last connection.</summary>
    public OvsdbSchema Schema => _supervisor.Current?.Schema ?? Volatile.Read(ref _schema) ?? throw new InvalidOperationException("The client was never connected.");

    /// <summary>Where it is connected to; null while it is not.</summary>
    public OvsdbEndpoint? ConnectedTo => _supervisor.Current?.Endpoint;

    /// <summary>Completes, never faults, when the client is disposed, or has given up after <see cref="OvsdbReconnectOptions.MaxRounds"/>, with the reason.</summary>
    public Task<OvsdbException> Closed => _closed.Task;

    /// <summary>Connects with default options.</summary>
    /// <param name="endpoints">Such as <c>unix:/var/run/ovn/ovnnb_db.sock</c> or <c>tcp:10.0.0.1:6641,tcp:10.0.0.2:6641</c>.</param>
    /// <param name="schema">What the program was made for, such as <c>Northbound.Schema</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OvsdbException">No server can be reached, or it has not what the schema says.</exception>
    /// <exception cref="FormatException">An endpoint is none.</exception>
    public static Task<OvsdbClient> ConnectAsync(string endpoints, OvsdbSchema schema, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(schema);
        return ConnectAsync(new OvsdbClientOptions { Endpoints = endpoints, Schema = schema }, cancellationToken);
    }

    /// <summary>Connects. Where servers of a cluster answer but none leads, it is waited for up to <see cref="OvsdbClientOptions.CallTimeout"/>.</summary>
    /// <exception cref="OvsdbException">No server can be reached, or it has not what the schema says.</exception>
    /// <exception cref="FormatException">An endpoint is none.</exception>
    public static async Task<OvsdbClient> ConnectAsync(OvsdbClientOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var client = new OvsdbClient(options.Validated());
        try
        {
            await client._supervisor.OpenAsync(cancellationToken).ConfigureAwait(false);
            return client;
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Sends a transaction (RFC 7047 section 4.1.3) and looks at every element of the answer.</summary>
    /// <param name="transaction">What is to take effect together, or not at all.</param>
    /// <param name="timeout">How long it may take; null for <see cref="OvsdbClientOptions.CallTimeout"/>.</param>
    /// <param name="cancellationToken">Ends the wait; a transaction that still waits on the server is ended there, too.</param>
    /// <exception cref="OvsdbException">
    /// It did not take effect: the server refused it (<see cref="OvsdbException.OperationIndex"/>), or a condition of it was not met. Or nobody
    /// knows whether it did: <see cref="OvsdbException.IsOutcomeUnknown"/>, and <see cref="OvsdbTransaction.Repeat"/> for what to do about it.
    /// </exception>
    public Task<OvsdbTransactionResult> TransactAsync(OvsdbTransaction transaction, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return _sender.SendAsync(transaction, timeout, cancellationToken);
    }

    /// <summary>Makes a replica of the database, or of parts of it, and waits for its first content.</summary>
    /// <param name="options">What it holds; null for everything.</param>
    /// <param name="cancellationToken">Ends the wait; there is no replica then.</param>
    /// <exception cref="OvsdbException">The server lacks what is to be held, or does not answer within <see cref="OvsdbClientOptions.LoadTimeout"/>.</exception>
    public async Task<OvsdbReplica> ReplicateAsync(OvsdbReplicaOptions? options = null, CancellationToken cancellationToken = default)
    {
        ClientSession session = await _supervisor.GetAsync("the replica", _options.CallTimeout, cancellationToken).ConfigureAwait(false);
        OvsdbTableSelection[] tables = options is { Tables.Count: > 0 }
            ? [.. options.Tables]
            : [.. (_options.Schema ?? session.Schema).Tables.Select(table => new OvsdbTableSelection(table))];
        // Tables that nobody named are those the server had; it may have others after an upgrade.
        bool tolerates = _options.TolerateMissing || (options is not { Tables.Count: > 0 } && _options.Schema is null);
        var replica = new OvsdbReplica(tables, tolerates, ForgetAsync);
        var deadline = CallDeadline.Begin(_options, _options.LoadTimeout);
        lock (_lock)
            _replicas.Add(replica);
        try
        {
            // A connection that is set up from here on takes it along; one that was there already does not.
            while (!replica.Loaded.IsCompleted)
            {
                try
                {
                    if (!session.Follows(replica))
                        await session.FollowAsync(replica, cancellationToken).ConfigureAwait(false);
                    else
                        await Task.WhenAny(replica.Loaded, session.Retired).WaitAsync(deadline.Left, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
                }
                catch (OvsdbException e) when (e.Kind == OvsdbErrorKind.Connection && !_closed.Task.IsCompleted)
                {
                    session = await _supervisor.GetAsync("the replica", deadline.Left, cancellationToken).ConfigureAwait(false);
                }
            }

            await replica.Loaded.ConfigureAwait(false);
            return replica;
        }
        catch (Exception e)
        {
            await replica.DisposeAsync().ConfigureAwait(false);
            if (e is TimeoutException)
                throw OvsdbException.Late("the replica", _options.LoadTimeout, sent: true);
            throw;
        }
    }

    /// <summary>Asks for a lock (RFC 7047 section 4.1.8). It may be another's still: <see cref="OvsdbLock.WaitAsync"/>.</summary>
    /// <exception cref="InvalidOperationException">This client has asked for it already, and not given it back.</exception>
    public async Task<OvsdbLock> LockAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var asked = new OvsdbLock(this, name);
        lock (_lock)
        {
            if (!_locks.TryAdd(name, asked))
                throw new InvalidOperationException($"This client has asked for the lock {name} already. One OvsdbLock serves all its parts.");
        }

        try
        {
            await RequestLockAsync(asked, steal: false, cancellationToken).ConfigureAwait(false);
            return asked;
        }
        catch
        {
            await asked.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Asks the server whether it answers (RFC 7047 section 4.1.11).</summary>
    public Task EchoAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        CallAsync("echo", static writer => writer.WriteRawValue("[]"u8), timeout, cancellationToken);

    /// <summary>The names of the server's databases (RFC 7047 section 4.1.1).</summary>
    public async Task<IReadOnlyList<string>> ListDatabasesAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        JsonElement names = await CallAsync("list_dbs", static writer => writer.WriteRawValue("[]"u8), timeout, cancellationToken).ConfigureAwait(false);
        return names.ValueKind == JsonValueKind.Array ? [.. names.EnumerateArray().Select(name => name.ToString())] : throw OvsdbException.Protocol("The answer to list_dbs is no list.");
    }

    /// <summary>Calls any method of the server, for what this surface lacks. It is not sent again when the connection ends.</summary>
    /// <param name="method">The method's name.</param>
    /// <param name="writeParameters">Writes the parameters, a JSON array.</param>
    /// <param name="timeout">How long it may take; null for <see cref="OvsdbClientOptions.CallTimeout"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<JsonElement> CallAsync(string method, Action<Utf8JsonWriter> writeParameters, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(method);
        ArgumentNullException.ThrowIfNull(writeParameters);
        var deadline = CallDeadline.Begin(_options, timeout);
        // A server ends the connection, which others share, over what is no JSON.
        var parameters = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(parameters))
        {
            writeParameters(writer);
            writer.Flush();
            if (writer.CurrentDepth != 0 || parameters.WrittenCount == 0 || parameters.WrittenSpan[0] != '[')
                throw new ArgumentException("The parameters must be one whole JSON array.", nameof(writeParameters));
        }

        ClientSession session = await _supervisor.GetAsync(method, deadline.Left, cancellationToken).ConfigureAwait(false);
        return await session.CallAsync(method, writer => writer.WriteRawValue(parameters.WrittenSpan, skipInputValidation: true), deadline.Left, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the connection. Calls that wait fail, replicas keep their last content.</summary>
    public async ValueTask DisposeAsync()
    {
        _closed.TrySetResult(OvsdbException.Connection("The client was disposed."));
        await _supervisor.DisposeAsync().ConfigureAwait(false);
        End(null);
    }

    internal async Task RequestLockAsync(OvsdbLock asked, bool steal, CancellationToken cancellationToken)
    {
        var deadline = CallDeadline.Begin(_options, _options.CallTimeout);
        while (true)
        {
            ClientSession session = await _supervisor.GetAsync("lock", deadline.Left, cancellationToken).ConfigureAwait(false);
            try
            {
                await session.LockAsync(asked, steal, deadline.Left, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (OvsdbException e) when (e.Kind == OvsdbErrorKind.Connection && !_closed.Task.IsCompleted)
            {
                await session.Retired.WaitAsync(deadline.Left, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    internal async Task ReleaseLockAsync(OvsdbLock released)
    {
        lock (_lock)
            _locks.Remove(released.Name);
        if (_supervisor.Current is not { } session)
            return;
        try
        {
            await session.UnlockAsync(released, _options.CallTimeout, CancellationToken.None).ConfigureAwait(false);
        }
        catch (OvsdbException)
        {
            // It went with the connection, or was never asked for.
        }
    }

    internal void LockLost(OvsdbLock lost) => OvsdbLog.LockLost(_options.Logger, lost.Name);

    private async Task SetUpAsync(ClientSession session, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _schema, session.Schema);
        HashSet<OvsdbReplica> done = [];
        while (true)
        {
            OvsdbReplica[] missing;
            OvsdbLock[] locks;
            lock (_lock)
            {
                missing = [.. _replicas.Where(replica => !done.Contains(replica))];
                locks = [.. _locks.Values];
            }

            if (missing.Length == 0)
            {
                foreach (OvsdbLock asked in locks)
                    await session.LockAsync(asked, steal: false, _options.CallTimeout, cancellationToken).ConfigureAwait(false);
                return;
            }

            foreach (OvsdbReplica replica in missing)
            {
                done.Add(replica);
                await session.FollowAsync(replica, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private void Lost(ClientSession session)
    {
        OvsdbLock[] locks;
        lock (_lock)
        {
            foreach (OvsdbReplica replica in _replicas)
                replica.Disconnected();
            locks = [.. _locks.Values];
        }

        foreach (OvsdbLock held in locks)
            held.Lose(session);
    }

    private void GaveUp(OvsdbException reason)
    {
        _closed.TrySetResult(reason);
        End(reason);
    }

    private void End(OvsdbException? reason)
    {
        OvsdbReplica[] replicas;
        OvsdbLock[] locks;
        lock (_lock)
        {
            replicas = [.. _replicas];
            locks = [.. _locks.Values];
            _replicas.Clear();
        }

        foreach (OvsdbReplica replica in replicas)
            replica.End(reason);
        foreach (OvsdbLock held in locks)
            held.Fail(reason ?? OvsdbException.Connection("The client was disposed."));
    }

    private async ValueTask ForgetAsync(OvsdbReplica replica)
    {
        lock (_lock)
            _replicas.Remove(replica);
        if (_supervisor.Current is { } session)
            await session.ForgetAsync(replica).ConfigureAwait(false);
    }
}
