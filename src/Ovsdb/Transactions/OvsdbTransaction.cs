using System.Text.Json;
using Ovsdb.Json;

namespace Ovsdb;

/// <summary>
/// Operations that take effect together or not at all (RFC 7047 section 4.1.3, <c>transact</c>). It is built by one thread, and may be sent
/// more than once.
/// </summary>
public sealed class OvsdbTransaction
{
    private readonly List<OvsdbOperation> _operations = [];
    private readonly UuidNames _names = new();
    private readonly HashSet<Guid> _inserted = [];

    /// <summary>The operations in their order.</summary>
    public IReadOnlyList<OvsdbOperation> Operations => _operations;

    /// <summary>
    /// Whether it may be sent again when the connection ended before its answer, so that nobody knows whether it took effect. Default
    /// <see cref="OvsdbRepeat.Never"/>, which tells that with <see cref="OvsdbException.IsOutcomeUnknown"/>. What was never sent is always sent again.
    /// </summary>
    public OvsdbRepeat Repeat { get; set; }

    /// <summary>
    /// Inserts a row (section 5.2.1). Columns that are not set get their defaults. A row of a table that is no root
    /// (<see cref="OvsdbTable.IsRoot"/>) vanishes with the commit unless another row refers to it.
    /// </summary>
    /// <param name="row">The row.</param>
    /// <param name="uuid">The id it is to have (ovsdb-server(7), section 5.2.1; since Open vSwitch 2.13); null for one of the server's choice.</param>
    /// <returns>
    /// An id that stands for the row in this transaction, for references and conditions. Unless <paramref name="uuid"/> was given,
    /// <see cref="OvsdbTransactionResult.UuidOf"/> tells the true one.
    /// </returns>
    public Guid Insert(OvsdbRow row, Guid? uuid = null)
    {
        ArgumentNullException.ThrowIfNull(row);
        if (uuid == Guid.Empty)
            throw new ArgumentException("Zeros are no id of a row.", nameof(uuid));
        Guid id = uuid ?? Guid.NewGuid();
        if (!_inserted.Add(id))
            throw new ArgumentException($"The transaction already inserts a row with the id {id}.", nameof(uuid));
        if (uuid is null)
            _names.Add(id);
        _operations.Add(new OvsdbOperation(_operations.Count, "insert", row.Definition, (writer, names) =>
        {
            if (uuid is { } own)
                writer.WriteString("uuid"u8, own);
            else
                writer.WriteString("uuid-name"u8, names.Find(id));
            writer.WritePropertyName("row"u8);
            WriteRow(writer, row, row.Definition.Columns, names);
        })
        {
            Inserted = id,
            HasOwnUuid = uuid is not null,
        });
        return id;
    }

    /// <summary>Reads rows as they are at this place of the transaction (section 5.2.2).</summary>
    public OvsdbOperation Select(OvsdbTable table, params IReadOnlyList<OvsdbCondition> where) => Select(table, columns: null, where);

    /// <summary>Reads these columns of rows (section 5.2.2); null for all.</summary>
    public OvsdbOperation Select(OvsdbTable table, IReadOnlyList<OvsdbColumn>? columns, IReadOnlyList<OvsdbCondition> where)
    {
        ArgumentNullException.ThrowIfNull(table);
        OvsdbCondition.Checked(where);
        IReadOnlyList<OvsdbColumn> read = Columns(table, columns);
        return Add("select", table, (writer, names) =>
        {
            WriteWhere(writer, where, names);
            WriteColumns(writer, ["_uuid", .. read.Select(column => column.Name)]);
        }, read);
    }

    /// <summary>Sets, in the row with this id, the columns that are set in <paramref name="row"/> (section 5.2.3). A row that is gone is no error: the count says it.</summary>
    public OvsdbOperation Update(Guid uuid, OvsdbRow row) => Update(row, OvsdbCondition.Uuid(uuid));

    /// <summary>Sets, in the rows that meet all conditions, the columns that are set in <paramref name="row"/> (section 5.2.3).</summary>
    public OvsdbOperation Update(OvsdbRow row, params IReadOnlyList<OvsdbCondition> where)
    {
        ArgumentNullException.ThrowIfNull(row);
        OvsdbCondition.Checked(where);
        return Add("update", row.Definition, (writer, names) =>
        {
            WriteWhere(writer, where, names);
            writer.WritePropertyName("row"u8);
            WriteRow(writer, row, row.Definition.Columns, names);
        });
    }

    /// <summary>Changes the row with this id (section 5.2.4). A row that is gone is no error: the count says it.</summary>
    public OvsdbOperation Mutate(OvsdbTable table, Guid uuid, params IReadOnlyList<OvsdbMutation> mutations) =>
        Mutate(table, [OvsdbCondition.Uuid(uuid)], mutations);

    /// <summary>Changes the rows that meet all conditions (section 5.2.4).</summary>
    public OvsdbOperation Mutate(OvsdbTable table, IReadOnlyList<OvsdbCondition> where, params IReadOnlyList<OvsdbMutation> mutations)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(mutations);
        OvsdbCondition.Checked(where);
        return Add("mutate", table, (writer, names) =>
        {
            WriteWhere(writer, where, names);
            writer.WriteStartArray("mutations"u8);
            foreach (OvsdbMutation mutation in mutations)
                mutation.Write(writer, names);
            writer.WriteEndArray();
        });
    }

    /// <summary>Deletes the row with this id (section 5.2.5). A row that is gone is no error: the count says it.</summary>
    public OvsdbOperation Delete(OvsdbTable table, Guid uuid) => Delete(table, OvsdbCondition.Uuid(uuid));

    /// <summary>Deletes the rows that meet all conditions (section 5.2.5).</summary>
    public OvsdbOperation Delete(OvsdbTable table, params IReadOnlyList<OvsdbCondition> where)
    {
        ArgumentNullException.ThrowIfNull(table);
        OvsdbCondition.Checked(where);
        return Add("delete", table, (writer, names) => WriteWhere(writer, where, names));
    }

    /// <summary>
    /// Waits until the rows that meet the conditions have, in these columns, these values (section 5.2.6); with a zero time-out, a
    /// compare-and-set: the transaction fails with <see cref="OvsdbErrorKind.ConditionNotMet"/> when they have not.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="where">Which rows.</param>
    /// <param name="columns">Which columns are looked at.</param>
    /// <param name="rows">All the rows there are to be, with those columns set.</param>
    /// <param name="equal">False waits until they differ.</param>
    /// <param name="timeout">How long the server waits, to the millisecond; null, the default, for zero; <see cref="Timeout.InfiniteTimeSpan"/> for without limit.</param>
    public OvsdbOperation Wait(
        OvsdbTable table, IReadOnlyList<OvsdbCondition> where, IReadOnlyList<OvsdbColumn> columns, IReadOnlyList<OvsdbRow> rows, bool equal = true, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(rows);
        OvsdbCondition.Checked(where);
        IReadOnlyList<OvsdbColumn> compared = Columns(table, columns);
        return AddWait(table, where, [.. compared.Select(column => column.Name)], equal, timeout, (writer, names) =>
        {
            foreach (OvsdbRow row in rows)
                WriteRow(writer, row, compared, names);
        });
    }

    /// <summary>
    /// The transaction fails with <see cref="OvsdbErrorKind.ConditionNotMet"/> unless these columns of the row still are as they were read;
    /// without columns, unless all that were read are.
    /// </summary>
    public OvsdbOperation RequireUnchanged(OvsdbRow row, params IReadOnlyList<OvsdbColumn> columns)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(columns);
        if (row.Uuid == Guid.Empty)
            throw new ArgumentException("The row was not read from a database.", nameof(row));
        IReadOnlyList<OvsdbColumn> compared = Columns(row.Definition, columns.Count > 0 ? columns : [.. row.Definition.Columns.Where(row.Has)]);
        return AddWait(
            row.Definition, [OvsdbCondition.Uuid(row.Uuid)], [.. compared.Select(column => column.Name)], equal: true, TimeSpan.Zero,
            (writer, names) => WriteRow(writer, row, compared, names));
    }

    /// <summary>The transaction fails with <see cref="OvsdbErrorKind.ConditionNotMet"/> when a row meets all conditions.</summary>
    public OvsdbOperation RequireAbsent(OvsdbTable table, params IReadOnlyList<OvsdbCondition> where)
    {
        ArgumentNullException.ThrowIfNull(table);
        OvsdbCondition.Checked(where);
        return AddWait(table, where, ["_uuid"], equal: true, TimeSpan.Zero, (_, _) => { });
    }

    /// <summary>The transaction fails with <see cref="OvsdbErrorKind.ConditionNotMet"/> when the row is gone.</summary>
    public OvsdbOperation RequirePresent(OvsdbTable table, Guid uuid)
    {
        ArgumentNullException.ThrowIfNull(table);
        return AddWait(table, [OvsdbCondition.Uuid(uuid)], ["_uuid"], equal: false, TimeSpan.Zero, (_, _) => { });
    }

    /// <summary>Asks that the answer comes only once the change is on disk (section 5.2.7).</summary>
    public OvsdbOperation Commit(bool durable = true) => Add("commit", null, (writer, _) => writer.WriteBoolean("durable"u8, durable));

    /// <summary>Ends it without effect (section 5.2.8).</summary>
    public OvsdbOperation Abort() => Add("abort", null, (_, _) => { });

    /// <summary>A line for the server's log of the database (section 5.2.9).</summary>
    public OvsdbOperation Comment(string comment)
    {
        ArgumentNullException.ThrowIfNull(comment);
        return Add("comment", null, (writer, _) => writer.WriteString("comment"u8, comment));
    }

    /// <summary>The transaction fails (<c>not owner</c>) unless this client holds the lock (section 5.2.10).</summary>
    public OvsdbOperation Assert(string lockName)
    {
        ArgumentException.ThrowIfNullOrEmpty(lockName);
        return Add("assert", null, (writer, _) => writer.WriteString("lock"u8, lockName));
    }

    /// <summary>Writes <c>transact</c>'s parameters.</summary>
    internal void Write(Utf8JsonWriter writer, string database)
    {
        writer.WriteStartArray();
        writer.WriteStringValue(database);
        foreach (OvsdbOperation operation in _operations)
            operation.Write(writer, _names);
        writer.WriteEndArray();
    }

    private static void WriteWhere(Utf8JsonWriter writer, IReadOnlyList<OvsdbCondition> where, UuidNames? names)
    {
        writer.WritePropertyName("where"u8);
        OvsdbCondition.Write(writer, where, names);
    }

    private static void WriteColumns(Utf8JsonWriter writer, IEnumerable<string> columns)
    {
        writer.WriteStartArray("columns"u8);
        foreach (string column in columns)
            writer.WriteStringValue(column);
        writer.WriteEndArray();
    }

    private static void WriteRow(Utf8JsonWriter writer, OvsdbRow row, IReadOnlyList<OvsdbColumn> columns, UuidNames names)
    {
        writer.WriteStartObject();
        foreach (OvsdbColumn column in columns)
        {
            if (row.Values[column.Ordinal] is { } value && value == OvsdbRow.Unset)
                continue;
            writer.WritePropertyName(column.Utf8Name);
            column.Type.Codec.Write(writer, row.Values[column.Ordinal], names);
        }

        writer.WriteEndObject();
    }

    private static IReadOnlyList<OvsdbColumn> Columns(OvsdbTable table, IReadOnlyList<OvsdbColumn>? columns) =>
        columns is null ? table.Columns : [.. columns.Select(column => table.Column(column.Name))];

    private OvsdbOperation AddWait(
        OvsdbTable table, IReadOnlyList<OvsdbCondition> where, string[] columns, bool equal, TimeSpan? timeout, Action<Utf8JsonWriter, UuidNames> rows)
    {
        TimeSpan limit = timeout ?? TimeSpan.Zero;
        if (limit != Timeout.InfiniteTimeSpan)
            ArgumentOutOfRangeException.ThrowIfLessThan(limit, TimeSpan.Zero, nameof(timeout));
        return Add("wait", table, (writer, names) =>
        {
            if (limit != Timeout.InfiniteTimeSpan)
                writer.WriteNumber("timeout"u8, (long)limit.TotalMilliseconds);
            WriteWhere(writer, where, names);
            WriteColumns(writer, columns);
            writer.WriteString("until"u8, equal ? "==" : "!=");
            writer.WriteStartArray("rows"u8);
            rows(writer, names);
            writer.WriteEndArray();
        });
    }

    private OvsdbOperation Add(string name, OvsdbTable? table, Action<Utf8JsonWriter, UuidNames> write, IReadOnlyList<OvsdbColumn>? selected = null)
    {
        var operation = new OvsdbOperation(_operations.Count, name, table, write) { Selected = selected };
        _operations.Add(operation);
        return operation;
    }
}
