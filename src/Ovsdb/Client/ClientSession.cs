using System.Text.Json;
using Ovsdb.Json;
using Ovsdb.Rpc;
using Ovsdb.Schema;

namespace Ovsdb.Client;

/// <summary>The client on one connection: the server's schema and state, the replicas' monitors, the locks.</summary>
internal sealed class ClientSession : INotificationSink, IAsyncDisposable
{
    private const string ServerId = "server";

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly OvsdbClientOptions _options;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Replication.Monitor> _monitors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OvsdbLock> _locks = new(StringComparer.Ordinal);
    private readonly OvsdbReplica _server;
    private readonly TaskCompletionSource _retired = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();
    private int _lastMonitor;
    private volatile bool _isLeaving;
    private bool _isOpen;

    private ClientSession(OvsdbEndpoint endpoint, Stream stream, OvsdbClientOptions options)
    {
        Endpoint = endpoint;
        _options = options;
        _server = new OvsdbReplica(
            [new OvsdbTableSelection(ServerDatabase.Table) { Where = [ServerDatabase.NameColumn.EqualTo(options.Database)] }],
            toleratesMissing: true,
            _ => ValueTask.CompletedTask);
        Rpc = new RpcConnection(stream, options, this);
        Rpc.Start();
    }

    public OvsdbEndpoint Endpoint { get; }

    public RpcConnection Rpc { get; }

    /// <summary>Whether calls may begin.</summary>
    public bool IsUsable => !_isLeaving && !Rpc.Closed.IsCompleted;

    /// <summary>The server's schema, as of the last time it was asked for.</summary>
    public OvsdbSchema Schema { get; private set; } = null!;

    /// <summary>Completes when the client has taken another connection, or none, in this one's place.</summary>
    public Task Retired => _retired.Task;

    /// <summary>What the server says of the database; null when it does not say, as an old one.</summary>
    public ServerDatabase? Database => (ServerDatabase?)_server.Current.Table("Database").FirstOrDefault();

    /// <summary>Connects, and looks whether the server can be used.</summary>
    /// <exception cref="OvsdbException">It cannot.</exception>
    public static async Task<ClientSession> OpenAsync(OvsdbEndpoint endpoint, OvsdbClientOptions options, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.ConnectTimeout, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        ClientSession? session = null;
        try
        {
            Stream stream = await EndpointConnector.ConnectAsync(endpoint, options.Tls, either.Token).ConfigureAwait(false);
            session = new ClientSession(endpoint, stream, options);
            await session.GreetAsync(either.Token).ConfigureAwait(false);
            return session;
        }
        catch (Exception e)
        {
            if (session is not null)
                await session.DisposeAsync().ConfigureAwait(false);
            if (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
                throw OvsdbException.Connection($"{endpoint} did not become usable within {options.ConnectTimeout.TotalSeconds:0.###} s.", e);
            // Somebody was there and went away, as a server does that is restarted.
            if (session is not null && e is OvsdbException { Kind: OvsdbErrorKind.Connection, IsNotUsableYet: false } broken)
                throw new OvsdbException(broken.Kind, broken.Message, broken) { IsNotUsableYet = true };
            throw;
        }
    }

    /// <summary>Sets a replica up on this connection, or goes on with it.</summary>
    public async Task FollowAsync(OvsdbReplica replica, CancellationToken cancellationToken)
    {
        var monitor = new Replication.Monitor($"replica-{Interlocked.Increment(ref _lastMonitor)}", replica, Schema, null);
        lock (_lock)
            _monitors.Add(monitor.Id, monitor);
        try
        {
            (bool isResumed, int changes) = await monitor.StartAsync(Rpc, _options.LoadTimeout, cancellationToken).ConfigureAwait(false);
            OvsdbLog.ReplicaLoaded(_options.Logger, _options.Database, isResumed, changes);
        }
        catch
        {
            await CancelAsync(monitor).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The replica is followed no longer.</summary>
    public async Task ForgetAsync(OvsdbReplica replica)
    {
        Replication.Monitor? monitor;
        lock (_lock)
        {
            monitor = _monitors.Values.FirstOrDefault(each => each.Replica == replica);
        }

        if (monitor is not null)
            await CancelAsync(monitor).ConfigureAwait(false);
    }

    private async Task CancelAsync(Replication.Monitor monitor)
    {
        lock (_lock)
            _monitors.Remove(monitor.Id);
        try
        {
            await CallAsync("monitor_cancel", writer =>
            {
                writer.WriteStartArray();
                writer.WriteStringValue(monitor.Id);
                writer.WriteEndArray();
            }, _options.CallTimeout, CancellationToken.None).ConfigureAwait(false);
        }
        catch (OvsdbException)
        {
            // The connection ended, and the monitor with it; or the server never had it.
        }
    }

    /// <summary>Whether a replica is set up on this connection.</summary>
    public bool Follows(OvsdbReplica replica)
    {
        lock (_lock)
            return _monitors.Values.Any(each => each.Replica == replica);
    }

    /// <summary>Asks for a lock; whether it is held comes at once, or later as a notification.</summary>
    public async Task LockAsync(OvsdbLock @lock, bool steal, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (steal)
        {
            // RFC 7047 section 4.1.8: whoever waits for a lock, or holds it, unlocks it before asking again.
            try
            {
                await UnlockAsync(@lock, timeout, cancellationToken).ConfigureAwait(false);
            }
            catch (OvsdbException e) when (e.Kind == OvsdbErrorKind.Refused)
            {
                // It had not been asked for.
            }
        }

        lock (_lock)
            _locks[@lock.Name] = @lock;
        await Rpc.CallAsync(
            new PendingCall<bool>(steal ? "steal" : "lock", writer => WriteName(writer, @lock.Name), (ref Utf8JsonReader reader) =>
            {
                // On the thread that receives: a notification that follows comes after.
                using JsonDocument answer = JsonDocument.ParseValue(ref reader);
                bool held = answer.RootElement.ValueKind == JsonValueKind.Object && answer.RootElement.TryGetProperty("locked", out JsonElement locked) && locked.ValueKind == JsonValueKind.True;
                @lock.Set(this, held);
                return held;
            }),
            timeout,
            cancellationToken).ConfigureAwait(false);
    }

    public async Task UnlockAsync(OvsdbLock @lock, TimeSpan timeout, CancellationToken cancellationToken)
    {
        lock (_lock)
            _locks.Remove(@lock.Name);
        await CallAsync("unlock", writer => WriteName(writer, @lock.Name), timeout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Calls any method.</summary>
    public Task<JsonElement> CallAsync(string method, Action<Utf8JsonWriter> write, TimeSpan timeout, CancellationToken cancellationToken) =>
        Rpc.CallAsync(new PendingCall<JsonElement>(method, write, ReadJson), timeout, cancellationToken);

    public void Retire() => _retired.TrySetResult();

    public void Notify(string method, ref Utf8JsonReader parameters)
    {
        if (method is "update" or "update2" or "update3")
        {
            JsonText.Expect(ref parameters, JsonTokenType.StartArray);
            JsonText.Next(ref parameters);
            if (FindMonitor(ref parameters) is { } monitor)
                monitor.ReadUpdate(method, ref parameters);
        }
        else if (method == "monitor_canceled")
        {
            JsonText.Expect(ref parameters, JsonTokenType.StartArray);
            JsonText.Next(ref parameters);
            if (FindMonitor(ref parameters) is not { } monitor)
                return;
            lock (_lock)
                _monitors.Remove(monitor.Id);
            OvsdbLog.MonitorCanceled(_options.Logger, _options.Database);
            monitor.Replica.Disconnected();
            _ = RestartAsync(monitor);
        }
        else if (method is "locked" or "stolen")
        {
            JsonText.Expect(ref parameters, JsonTokenType.StartArray);
            JsonText.Next(ref parameters, JsonTokenType.String);
            OvsdbLock? found;
            lock (_lock)
                found = _locks.GetValueOrDefault(JsonText.ReadString(ref parameters));
            found?.Set(this, method == "locked");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Rpc.DisposeAsync().ConfigureAwait(false);
        Retire();
    }

    private static void WriteName(Utf8JsonWriter writer, string name)
    {
        writer.WriteStartArray();
        writer.WriteStringValue(name);
        writer.WriteEndArray();
    }

    private static JsonElement ReadJson(ref Utf8JsonReader reader)
    {
        using JsonDocument document = JsonDocument.ParseValue(ref reader);
        return document.RootElement.Clone();
    }

    private Replication.Monitor? FindMonitor(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            JsonText.Skip(ref reader);
            return null;
        }

        string id = JsonText.ReadString(ref reader);
        lock (_lock)
            return _monitors.GetValueOrDefault(id);
    }

    private async Task GreetAsync(CancellationToken cancellationToken)
    {
        TimeSpan timeout = Timeout.InfiniteTimeSpan;
        try
        {
            // Without it, an older server ends the connection when any of its databases is changed (ovsdb-server(7), section 4.1.18).
            await CallAsync("set_db_change_aware", static writer => writer.WriteRawValue("[true]"u8), timeout, cancellationToken).ConfigureAwait(false);
            var monitor = new Replication.Monitor(ServerId, _server, new OvsdbSchema("_Server", "", ServerTable()), CheckServer);
            lock (_lock)
                _monitors.Add(ServerId, monitor);
            await monitor.StartAsync(Rpc, timeout, cancellationToken).ConfigureAwait(false);
            if (Database is null)
                throw await UnknownDatabaseAsync(cancellationToken).ConfigureAwait(false);
            if (Database.Refusal(_options.LeaderOnly) is { } refusal)
                throw NotUsable(refusal);
        }
        catch (OvsdbException e) when (e.Kind == OvsdbErrorKind.Refused)
        {
            // A server from before Open vSwitch 2.9 has no _Server, and no clusters.
        }

        await RefreshSchemaAsync(cancellationToken).ConfigureAwait(false);
        _isOpen = true;
    }

    /// <summary>The table as servers have it, with columns of the same types as ours.</summary>
    private static OvsdbTable ServerTable() =>
        new("Database", [.. ServerDatabase.Table.Columns.Select(column => new OvsdbColumn(column.Name, column.Type))]);

    private async Task RefreshSchemaAsync(CancellationToken cancellationToken)
    {
        JsonElement json;
        try
        {
            json = await CallAsync("get_schema", writer => WriteName(writer, _options.Database), Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false);
        }
        catch (OvsdbException e) when (e.Kind == OvsdbErrorKind.Refused)
        {
            throw await UnknownDatabaseAsync(cancellationToken).ConfigureAwait(false);
        }

        var schema = OvsdbSchema.Read(json);
        if (_options.Schema is { } expected)
            SchemaCheck.Check(expected, schema, _options.TolerateMissing);
        Schema = schema;
    }

    private async Task<OvsdbException> UnknownDatabaseAsync(CancellationToken cancellationToken)
    {
        JsonElement names = await CallAsync("list_dbs", static writer => writer.WriteRawValue("[]"u8), Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false);
        IEnumerable<string> known = names.ValueKind == JsonValueKind.Array ? names.EnumerateArray().Select(name => name.ToString()).Where(name => name != "_Server") : [];
        return new OvsdbException(OvsdbErrorKind.Schema, $"The server at {Endpoint} has no database {_options.Database}; it has {string.Join(", ", known)}.");
    }

    private OvsdbException NotUsable(string refusal) => new(OvsdbErrorKind.Connection, $"The server at {Endpoint} cannot be used: {refusal}.") { IsNotUsableYet = true };

    /// <summary>Runs whenever the server has said something new of its databases.</summary>
    private void CheckServer()
    {
        if (!_isOpen)
            return;
        string? refusal = Database is { } database ? database.Refusal(_options.LeaderOnly) : $"it no longer has {_options.Database}";
        if (refusal is not null && !_isLeaving)
            _ = LeaveAsync(NotUsable(refusal));
    }

    /// <summary>
    /// The connection is given up, but not what is on its way: a leader that hands over still answers what it has taken, and nobody need
    /// wonder whether it took effect.
    /// </summary>
    private async Task LeaveAsync(OvsdbException reason)
    {
        _isLeaving = true;
        long began = _options.TimeProvider.GetTimestamp();
        while (Rpc.Outstanding > 0 && !Rpc.Closed.IsCompleted && _options.TimeProvider.GetElapsedTime(began) < Grace)
            await Task.Delay(TimeSpan.FromMilliseconds(10), _options.TimeProvider, CancellationToken.None).ConfigureAwait(false);
        Rpc.Fail(reason);
    }

    /// <summary>The server ended a monitor: the schema may be another now.</summary>
    private async Task RestartAsync(Replication.Monitor canceled)
    {
        try
        {
            if (canceled.Id == ServerId)
                throw OvsdbException.Connection("The server stopped telling of its databases.");
            using var deadline = new CancellationTokenSource(_options.ConnectTimeout, _options.TimeProvider);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _stopping.Token);
            await RefreshSchemaAsync(either.Token).ConfigureAwait(false);
            await FollowAsync(canceled.Replica, _stopping.Token).ConfigureAwait(false);
        }
        catch (OvsdbException e)
        {
            Rpc.Fail(e);
        }
        catch (OperationCanceledException e)
        {
            Rpc.Fail(OvsdbException.Connection("The replica could not be set up again.", e));
        }
    }
}
