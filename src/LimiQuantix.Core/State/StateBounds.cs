using LimiQuantix.State;

namespace LimiQuantix.Core.State;

/// <summary>The bounds of the state contract, the same for every store.</summary>
internal static class StateBounds
{
    /// <summary>The longest value in bytes.</summary>
    public const int MaxValueBytes = 1 << 20;

    /// <summary>The most conditions and changes of a transaction.</summary>
    public const int MaxOperations = 64;

    /// <summary>The most indexes of an entry.</summary>
    public const int MaxIndexes = 8;

    /// <summary>The longest index name or value in characters.</summary>
    public const int MaxIndexLength = 512;

    /// <summary>The largest page.</summary>
    public const int MaxPage = 1000;

    /// <summary>Refuses a transaction that is over a bound.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>.</exception>
    public static void Validate(StateTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        var count = transaction.Conditions.Count + transaction.Mutations.Count;
        if (count > MaxOperations)
        {
            throw Invalid(
                $"A transaction has {count} conditions and changes.", $"At most {MaxOperations} are allowed: use more than one.", "Mutations");
        }

        foreach (var condition in transaction.Conditions)
        {
            StateKey.Validate(condition.Key);
            if (condition.ExpectedVersion >= 0) continue;
            throw Invalid("An expected version is negative.", "Use 0 for an entry that must not exist.", condition.Key);
        }

        HashSet<string> keys = new(StringComparer.Ordinal);
        foreach (var mutation in transaction.Mutations)
        {
            Validate(mutation);
            if (!keys.Add(mutation.Key)) throw Invalid("A transaction changes a key twice.", "Change a key at most once.", mutation.Key);
        }
    }

    /// <summary>Refuses a query that is over a bound.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>.</exception>
    public static void Validate(StateQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        StateKey.ValidatePrefix(query.Prefix);
        if (query.Limit is < 1 or > MaxPage) throw Invalid($"A page of {query.Limit} entries.", $"Ask for 1 to {MaxPage}.", nameof(query.Limit));
        if (query.IndexName is null != query.IndexValue is null)
        {
            throw Invalid("Only one of index name and value is given.", "Give both or none.", nameof(query.IndexName));
        }

        if (query.Continuation is not { } continuation) return;
        StateKey.Validate(continuation);
        if (!continuation.StartsWith(query.Prefix, StringComparison.Ordinal))
        {
            throw Invalid("The continuation is another query's.", "Pass on what the last page of the same query gave.", nameof(query.Continuation));
        }
    }

    /// <summary>Refuses a lease that nobody could hold.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>.</exception>
    public static void ValidateLease(string name, string holder, TimeSpan duration)
    {
        StateKey.Validate(name);
        ArgumentException.ThrowIfNullOrEmpty(holder);
        if (duration <= TimeSpan.Zero || duration > TimeSpan.FromDays(1))
        {
            throw Invalid($"A lease of {duration}.", "Take more than nothing and at most a day.", nameof(duration));
        }
    }

    private static void Validate(StateMutation mutation)
    {
        StateKey.Validate(mutation.Key);
        if (mutation.Value is { } value && value.Length > MaxValueBytes)
        {
            throw Invalid($"The value has {value.Length} bytes.", $"At most {MaxValueBytes} are allowed.", mutation.Key);
        }

        if (mutation.Indexes.Count > MaxIndexes)
        {
            throw Invalid($"The entry has {mutation.Indexes.Count} indexes.", $"At most {MaxIndexes} are allowed.", mutation.Key);
        }

        foreach (var (name, indexValue) in mutation.Indexes)
        {
            if (name.Length is > 0 and <= MaxIndexLength && indexValue.Length <= MaxIndexLength) continue;
            throw Invalid("An index name is empty, or a name or value too long.", $"At most {MaxIndexLength} characters are allowed.", mutation.Key);
        }
    }

    private static LimiQuantixException Invalid(string message, string remedy, string target) =>
        new(ErrorCodes.InvalidArgument, message, remedy, target);
}
