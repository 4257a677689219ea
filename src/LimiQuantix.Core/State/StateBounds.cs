using System.Text;
using LimiQuantix.State;

namespace LimiQuantix.Core.State;

/// <summary>The bounds of the state contract, the same for every store: what keeps them fits a transaction of etcd.</summary>
internal static class StateBounds
{
    /// <summary>The most bytes of a transaction, keys and index pairs counted.</summary>
    public const int MaxTransactionBytes = 1 << 20;

    /// <summary>The most conditions, and the most changes, of a transaction.</summary>
    public const int MaxOperations = 100;

    /// <summary>The most index pairs that a transaction touches: those of the changed entries, before and after.</summary>
    public const int MaxTransactionPairs = 1024;

    /// <summary>The most index pairs of an entry.</summary>
    public const int MaxPairs = 128;

    /// <summary>The longest index name in characters.</summary>
    public const int MaxIndexNameLength = 64;

    /// <summary>The longest index value in characters.</summary>
    public const int MaxIndexValueLength = 512;

    /// <summary>The largest page.</summary>
    public const int MaxPage = 1000;

    /// <summary>The last era.</summary>
    public const long MaxEra = 1_000_000;

    /// <summary>The longest name of a lease's holder in characters.</summary>
    public const int MaxHolderLength = 512;

    // Half a surrogate pair has no UTF-8: two different values could become the same.
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Refuses a transaction that is over a bound, as far as it can be told without the store.</summary>
    /// <returns>What it touches, for the pairs that the store adds.</returns>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>.</exception>
    public static StateExtent Validate(StateTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        if (!TransactionId.IsValid(transaction.Id))
        {
            throw Invalid($"The transaction's id {transaction.Id} is no UUIDv7.", "Choose it with Guid.CreateVersion7().", nameof(transaction.Id));
        }

        Few(transaction.Conditions.Count, "conditions", nameof(transaction.Conditions));
        Few(transaction.Mutations.Count, "changes", nameof(transaction.Mutations));
        var extent = new StateExtent();
        foreach (var condition in transaction.Conditions)
        {
            StateKey.Validate(condition.Key);
            extent.Add(condition.Key.Length);
            if (condition.ExpectedVersion >= 0) continue;
            throw Invalid("An expected version is negative.", "Use 0 for an entry that must not exist.", condition.Key);
        }

        HashSet<string> keys = new(StringComparer.Ordinal);
        foreach (var mutation in transaction.Mutations)
        {
            Validate(mutation, extent);
            if (!keys.Add(mutation.Key)) throw Invalid("A transaction changes a key twice.", "Change a key at most once.", mutation.Key);
        }

        extent.Check();
        return extent;
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

        if (query.Continuation is { } continuation && !Continuation.Parse(continuation).Key.StartsWith(query.Prefix, StringComparison.Ordinal))
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
        if (holder.Length > MaxHolderLength) throw Invalid("The holder's name is too long.", $"Use at most {MaxHolderLength} characters.", nameof(holder));
        if (duration <= TimeSpan.Zero || duration > TimeSpan.FromDays(1))
        {
            throw Invalid($"A lease of {duration}.", "Take more than nothing and at most a day.", nameof(duration));
        }
    }

    /// <summary>Gives the era that follows.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>.</exception>
    public static long NextEra(long current, long above) => above is >= 0 and < MaxEra
        ? Math.Max(current, above) + 1
        : throw Invalid($"There can be no era after {above}.", $"Give the highest era that was seen, 0 to {MaxEra - 1}.", nameof(above));

    /// <summary>
    /// The revision that an era begins after: far beyond the revisions of the former ones, also those that a restored backup has lost, so
    /// that no version stands for two things. A number that JSON's readers hold exactly.
    /// </summary>
    public static long FirstRevision(long era, long revision) => Math.Max(revision, (era - 1) << 32) + 1;

    /// <summary>Over a bound.</summary>
    public static LimiQuantixException Invalid(string message, string remedy, string target) =>
        new(ErrorCodes.InvalidArgument, message, remedy, target);

    private static void Few(int count, string what, string target)
    {
        if (count > MaxOperations) throw Invalid($"A transaction has {count} {what}.", $"At most {MaxOperations} are allowed: use more than one.", target);
    }

    private static void Validate(StateMutation mutation, StateExtent extent)
    {
        StateKey.Validate(mutation.Key);
        extent.Add(mutation.Key.Length + (mutation.Value?.Length ?? 0));
        if (mutation.Indexes.Count == 0) return;
        if (mutation.Value is null) throw Invalid("A deletion declares indexes.", "An entry that is no more is listed by nothing.", mutation.Key);
        if (mutation.Indexes.Count > MaxPairs)
        {
            throw Invalid($"The entry has {mutation.Indexes.Count} index pairs.", $"At most {MaxPairs} are allowed.", mutation.Key);
        }

        HashSet<(string, string)> pairs = [];
        foreach (var index in mutation.Indexes)
        {
            if (!StateKey.IsSegment(index.Name) || index.Name.Length > MaxIndexNameLength)
            {
                throw Invalid(
                    $"'{Names.Show(index.Name)}' is no name of an index.",
                    $"Use 1 to {MaxIndexNameLength} lower-case letters, digits and . _ - ~.",
                    mutation.Key);
            }

            extent.AddPair(mutation.Key, index.Name, Bytes(index.Value, mutation.Key));
            if (!pairs.Add((index.Name, index.Value))) throw Invalid("The entry has an index pair twice.", "Give each once.", mutation.Key);
        }
    }

    private static int Bytes(string value, string key)
    {
        ArgumentNullException.ThrowIfNull(value);
        try
        {
            if (value.Length <= MaxIndexValueLength && !value.Contains('\0', StringComparison.Ordinal)) return Strict.GetByteCount(value);
        }
        catch (EncoderFallbackException)
        {
            // Told below.
        }

        throw Invalid(
            "An index value is too long, or has a NUL or half a surrogate pair.", $"Use at most {MaxIndexValueLength} characters of well-formed text.", key);
    }
}
