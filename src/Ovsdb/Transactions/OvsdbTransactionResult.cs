using System.Text.Json;
using Ovsdb.Json;

namespace Ovsdb;

/// <summary>What a transaction that took effect gave: ids, counts and rows of its operations.</summary>
public sealed class OvsdbTransactionResult
{
    private readonly OvsdbTransaction _transaction;
    private readonly object?[] _results;
    private Dictionary<Guid, Guid>? _uuids;

    internal OvsdbTransactionResult(OvsdbTransaction transaction, object?[] results)
    {
        _transaction = transaction;
        _results = results;
    }

    /// <summary>
    /// True when an earlier sending, whose answer was lost, had taken effect (<see cref="OvsdbRepeat.Once"/>): then there are no counts,
    /// no rows, and no ids but those that were given.
    /// </summary>
    public bool WasRepeated { get; internal init; }

    /// <summary>The true id of a row that <see cref="OvsdbTransaction.Insert"/> stood this id for.</summary>
    /// <exception cref="ArgumentException">The transaction inserted no such row, or its id was lost with the answer.</exception>
    public Guid UuidOf(Guid inserted)
    {
        _uuids ??= _transaction.Operations.Where(operation => operation.Name == "insert" && (operation.HasOwnUuid || operation.Index < _results.Length))
            .ToDictionary(operation => operation.Inserted, operation => operation.HasOwnUuid ? operation.Inserted : (Guid)_results[operation.Index]!);
        return _uuids.TryGetValue(inserted, out Guid uuid)
            ? uuid
            : throw new ArgumentException(WasRepeated ? "The row's id was lost with the first answer." : $"The transaction inserted no row {inserted}.", nameof(inserted));
    }

    /// <summary>How many rows an update, a mutation or a deletion met.</summary>
    /// <exception cref="ArgumentException">The operation is none of these, or of another transaction.</exception>
    public long CountOf(OvsdbOperation operation) =>
        Of(operation) is long count ? count : throw new ArgumentException($"The operation '{operation}' has no count.", nameof(operation));

    /// <summary>The rows of a select.</summary>
    /// <exception cref="ArgumentException">The operation is none, is of another transaction, or its table's rows are of another type.</exception>
    public IReadOnlyList<TRow> RowsOf<TRow>(OvsdbOperation operation)
        where TRow : OvsdbRow
    {
        if (Of(operation) is not OvsdbRow[] rows)
            throw new ArgumentException($"The operation '{operation}' has no rows.", nameof(operation));
        return rows as TRow[] ?? [.. rows.Cast<TRow>()];
    }

    /// <summary>Reads <c>transact</c>'s result, every element of it.</summary>
    internal static OvsdbTransactionResult Read(ref Utf8JsonReader reader, OvsdbTransaction transaction)
    {
        JsonText.Expect(ref reader, JsonTokenType.StartArray);
        IReadOnlyList<OvsdbOperation> operations = transaction.Operations;
        var results = new object?[operations.Count];
        OvsdbException? failure = null;
        int index = 0;
        for (JsonText.Next(ref reader); reader.TokenType != JsonTokenType.EndArray; JsonText.Next(ref reader), index++)
        {
            if (reader.TokenType == JsonTokenType.Null)
                continue;
            OvsdbOperation? operation = index < operations.Count ? operations[index] : null;
            object? result = ReadOne(ref reader, operation, out OvsdbException? error);
            failure ??= error;
            if (operation is not null)
                results[index] = result;
        }

        if (failure is not null)
            throw failure;
        if (index < operations.Count)
            throw OvsdbException.Protocol($"The server answered {index} of {operations.Count} operations.");
        foreach (OvsdbOperation operation in operations)
        {
            object? result = results[operation.Index];
            bool right = operation.Name switch
            {
                "insert" => result is Guid,
                "select" => result is OvsdbRow[],
                "update" or "mutate" or "delete" => result is long,
                _ => true,
            };
            if (!right)
                throw OvsdbException.Protocol($"The server's answer to operation {operation.Index} ({operation}) is not that of such an operation.");
        }

        return new OvsdbTransactionResult(transaction, results);
    }

    private static object? ReadOne(ref Utf8JsonReader reader, OvsdbOperation? operation, out OvsdbException? failure)
    {
        JsonText.Expect(ref reader, JsonTokenType.StartObject);
        object? result = null;
        string? error = null, details = null;
        for (JsonText.Next(ref reader); reader.TokenType != JsonTokenType.EndObject; JsonText.Next(ref reader))
        {
            if (reader.ValueTextEquals("uuid"u8))
            {
                JsonText.Next(ref reader);
                result = AtomCodecs.Uuid.Read(ref reader);
            }
            else if (reader.ValueTextEquals("count"u8))
            {
                JsonText.Next(ref reader);
                result = AtomCodecs.Integer.Read(ref reader);
            }
            else if (reader.ValueTextEquals("rows"u8) && operation?.Selected is not null)
            {
                JsonText.Next(ref reader);
                result = RowReader.ReadRows(ref reader, operation.Table!, operation.Selected);
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                JsonText.Next(ref reader);
                error = JsonText.ReadString(ref reader);
            }
            else if (reader.ValueTextEquals("details"u8))
            {
                JsonText.Next(ref reader);
                details = JsonText.ReadString(ref reader);
            }
            else
            {
                JsonText.Next(ref reader);
                JsonText.Skip(ref reader);
            }
        }

        failure = error is null ? null : Failure(error, details, operation);
        return result;
    }

    private static OvsdbException Failure(string error, string? details, OvsdbOperation? operation)
    {
        OvsdbErrorKind kind = error == "timed out" && operation?.Name == "wait" ? OvsdbErrorKind.ConditionNotMet : OvsdbErrorKind.Refused;
        string place = operation is null ? "The server refused the transaction" : $"The server refused operation {operation.Index} ({operation})";
        return new OvsdbException(kind, $"{place}: {error}{(details is null ? "" : $": {details}")}")
        {
            ServerError = error,
            Details = details,
            OperationIndex = operation?.Index,
        };
    }

    private object? Of(OvsdbOperation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        bool own = operation.Index < _transaction.Operations.Count && ReferenceEquals(_transaction.Operations[operation.Index], operation);
        return own && operation.Index < _results.Length ? _results[operation.Index] : null;
    }
}
