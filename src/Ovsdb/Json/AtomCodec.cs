using System.Text.Json;

namespace Ovsdb.Json;

/// <summary>Reads and writes one element (RFC 7047 section 5.1, <c>&lt;atom&gt;</c>).</summary>
internal abstract class AtomCodec<T>
    where T : notnull
{
    /// <summary>What a column holds when nothing was said (RFC 7047 section 5.2.1).</summary>
    public abstract T Default { get; }

    public abstract T Read(ref Utf8JsonReader reader);

    public abstract void Write(Utf8JsonWriter writer, T value, UuidNames? names);

    /// <summary>The element that a value is, also where .NET has a smaller type for it; null when it is none.</summary>
    public abstract object? Take(object value);

    /// <summary>The same object for equal values that come often.</summary>
    public virtual object Box(T value) => value;
}
