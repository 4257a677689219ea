using System.Text.Json;

namespace Ovsdb.Json;

/// <summary>Reads and writes a column's values (RFC 7047 section 5.1, <c>&lt;value&gt;</c>), and changes them as updates say.</summary>
internal abstract class ValueCodec
{
    /// <summary>What a column holds when nothing was said: updates leave it out.</summary>
    public abstract object? Default { get; }

    public static ValueCodec For(OvsdbColumnType type) => type.Key.Type switch
    {
        OvsdbAtomicType.Integer => For(type, AtomCodecs.Integer),
        OvsdbAtomicType.Real => For(type, AtomCodecs.Real),
        OvsdbAtomicType.Boolean => For(type, AtomCodecs.Boolean),
        OvsdbAtomicType.String => For(type, AtomCodecs.String),
        OvsdbAtomicType.Uuid => For(type, AtomCodecs.Uuid),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    public abstract object? Read(ref Utf8JsonReader reader);

    public abstract void Write(Utf8JsonWriter writer, object? value, UuidNames? names);

    /// <summary>The value as it is kept, also from arrays, dictionaries and smaller numbers; null and false when it is not of the type.</summary>
    public abstract bool TryTake(object? value, out object? taken);

    /// <summary>The same for what is part of a value: what <c>insert</c>, <c>delete</c>, <c>includes</c> and <c>excludes</c> name.</summary>
    public virtual bool TryTakePart(object? value, out object? taken) => TryTake(value, out taken);

    /// <summary>The old value changed by what <c>update2</c> says; <paramref name="composite"/> when the server's column may have more than one element.</summary>
    public virtual object? Changed(object? old, object? change, bool composite) => change;

    /// <summary>The elements, for an index.</summary>
    public abstract IEnumerable<object> Elements(object? value);

    /// <summary>The value of a map's key, for an index; null where there is none.</summary>
    public virtual object? ElementOf(object? value, string key) => null;

    /// <exception cref="ArgumentException">The value is not of the type.</exception>
    public object? Take(object? value, string column, OvsdbColumnType type) =>
        TryTake(value, out object? taken) ? taken : throw Mismatch(value, column, type);

    public static ArgumentException Mismatch(object? value, string column, OvsdbColumnType type) =>
        new($"The column {column} is {type}; {Describe(value)} is none.");

    private static string Describe(object? value) => value switch
    {
        null => "null",
        string => "this string (empty characters and halves of surrogate pairs are not allowed)",
        _ => $"'{value}' ({value.GetType().Name})",
    };

    private static ValueCodec For<TKey>(OvsdbColumnType type, AtomCodec<TKey> key)
        where TKey : notnull => type switch
    {
        { Value.Type: OvsdbAtomicType.Integer } => new MapCodec<TKey, long>(type, key, AtomCodecs.Integer),
        { Value.Type: OvsdbAtomicType.Real } => new MapCodec<TKey, double>(type, key, AtomCodecs.Real),
        { Value.Type: OvsdbAtomicType.Boolean } => new MapCodec<TKey, bool>(type, key, AtomCodecs.Boolean),
        { Value.Type: OvsdbAtomicType.String } => new MapCodec<TKey, string>(type, key, AtomCodecs.String),
        { Value.Type: OvsdbAtomicType.Uuid } => new MapCodec<TKey, Guid>(type, key, AtomCodecs.Uuid),
        { Max: > 1 } => new SetCodec<TKey>(type, key),
        { Min: 0 } => new OptionalCodec<TKey>(key),
        _ => new ScalarCodec<TKey>(key),
    };
}
