using System.Text;
using System.Text.Json;
using Ovsdb.Json;
using Ovsdb.Rpc;

namespace Ovsdb.Replication;

/// <summary>
/// A replica on one connection: asks for its tables and reads what comes. Everything but the asking happens on the thread that receives, so
/// that updates take effect in their order and before any later answer.
/// </summary>
internal sealed class Monitor
{
    private static readonly string[] Methods = ["monitor_cond_since", "monitor_cond", "monitor"];

    private readonly OvsdbReplica _replica;
    private readonly string _database;
    private readonly Dictionary<string, TableLayout> _layouts;
    private readonly string _signature;
    private readonly Action? _advanced;
    private int _method;

    /// <exception cref="OvsdbException">The server's schema lacks what the replica is to hold.</exception>
    public Monitor(string id, OvsdbReplica replica, OvsdbSchema schema, Action? advanced)
    {
        Id = id;
        _replica = replica;
        _database = schema.Name;
        _advanced = advanced;
        List<string> faults = [];
        _layouts = replica.Tables
            .Select(selection => TableLayout.Create(selection, schema, replica.ToleratesMissing, faults)).OfType<TableLayout>()
            .ToDictionary(layout => layout.Name, StringComparer.Ordinal);
        if (faults.Count > 0)
            throw new OvsdbException(OvsdbErrorKind.Schema, $"The server's schema {schema} does not have what the replica is to hold: {string.Join("; ", faults)}.");
        var signature = new StringBuilder(schema.Name);
        foreach (TableLayout layout in _layouts.Values)
            layout.Describe(signature);
        _signature = signature.ToString();
    }

    public string Id { get; }

    public OvsdbReplica Replica => _replica;

    /// <summary>Asks for the content, or for what has changed since the replica's.</summary>
    /// <returns>Whether it went on from where it was, and how many rows changed.</returns>
    public async Task<(bool IsResumed, int Changes)> StartAsync(RpcConnection connection, TimeSpan timeout, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await connection.CallPatientlyAsync(Request(), timeout, cancellationToken).ConfigureAwait(false);
            }
            catch (OvsdbException e) when (e.ServerError == "unknown method" && _method + 1 < Methods.Length)
            {
                // A server older than Open vSwitch 2.12, or 2.6, or another's.
                _method++;
            }
        }
    }

    /// <summary>The call that asks.</summary>
    public PendingCall<(bool IsResumed, int Changes)> Request() => new(Methods[_method], WriteRequest, ReadInitial);

    /// <summary>Reads an <c>update</c>, <c>update2</c> or <c>update3</c>; the reader stands after the monitor's id.</summary>
    public void ReadUpdate(string method, ref Utf8JsonReader reader)
    {
        Guid transaction = Guid.Empty;
        JsonText.Next(ref reader);
        if (method == "update3")
        {
            transaction = ReadTransactionId(ref reader);
            JsonText.Next(ref reader);
        }

        Advance(OvsdbChangeCause.Transaction, _replica.Current, transaction, ref reader);
    }

    private static Guid ReadTransactionId(ref Utf8JsonReader reader)
    {
        JsonText.Expect(ref reader, JsonTokenType.String);
        return JsonText.ReadGuid(ref reader);
    }

    private void WriteRequest(Utf8JsonWriter writer)
    {
        writer.WriteStartArray();
        writer.WriteStringValue(_database);
        writer.WriteStringValue(Id);
        writer.WriteStartObject();
        foreach (TableLayout layout in _layouts.Values)
            layout.Write(writer);
        writer.WriteEndObject();
        if (_method == 0)
            writer.WriteStringValue(_replica.Signature == _signature ? _replica.Current.TransactionId : Guid.Empty);
        writer.WriteEndArray();
    }

    private (bool IsResumed, int Changes) ReadInitial(ref Utf8JsonReader reader)
    {
        bool found = false;
        Guid transaction = Guid.Empty;
        if (_method == 0)
        {
            // [found, last transaction's id, updates] (ovsdb-server(7), section 4.1.15).
            JsonText.Expect(ref reader, JsonTokenType.StartArray);
            JsonText.Next(ref reader);
            found = AtomCodecs.Boolean.Read(ref reader);
            JsonText.Next(ref reader);
            transaction = ReadTransactionId(ref reader);
            JsonText.Next(ref reader);
        }

        found &= _replica.Signature == _signature;
        OvsdbSnapshot from = found
            ? _replica.Current
            : new OvsdbSnapshot([.. _replica.Tables.Select(TableState.Empty)], Guid.Empty, 0, _replica.Current.Places);
        OvsdbChangeCause cause = found ? OvsdbChangeCause.Resumed : OvsdbChangeCause.Replaced;
        int changes = Advance(cause, from, transaction, ref reader);
        if (_method == 0)
            JsonText.Next(ref reader, JsonTokenType.EndArray);
        return (found, changes);
    }

    private int Advance(OvsdbChangeCause cause, OvsdbSnapshot from, Guid transaction, ref Utf8JsonReader reader)
    {
        bool replaces = cause == OvsdbChangeCause.Replaced;
        List<OvsdbRowChange>? changes = replaces ? null : [];
        OvsdbSnapshot next;
        int count;
        try
        {
            var update = new UpdateReader(_layouts, from, replaces ? _replica.Current : null, changes, isOld: _method == 2);
            (TableState[] tables, count) = update.Read(ref reader);
            next = new OvsdbSnapshot(tables, transaction, _replica.Current.Version + 1, from.Places);
        }
        catch
        {
            _replica.Distrust();
            throw;
        }

        _replica.Advance(cause, next, changes, _signature);
        _advanced?.Invoke();
        return count;
    }
}
