using System.Text.Json;
using Ovsdb.Json;

namespace Ovsdb;

/// <summary>
/// The type of a column (RFC 7047 section 3.2, <c>&lt;type&gt;</c>). Its values are, in .NET: the element itself where there is exactly one; the
/// element or null where there is at most one; an <see cref="OvsdbSet{T}"/> where there may be more; an <see cref="OvsdbMap{TKey, TValue}"/>.
/// </summary>
public sealed class OvsdbColumnType
{
    /// <summary>The greatest <see cref="Max"/>: any number of elements.</summary>
    public const int Unlimited = int.MaxValue;

    /// <summary>A type; without further words, of exactly one element.</summary>
    public OvsdbColumnType(OvsdbBaseType key, OvsdbBaseType? value = null, int min = 1, int max = 1)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfNegative(min);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(min, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        Key = key;
        Value = value;
        Min = min;
        Max = max;
        Codec = ValueCodec.For(this);
    }

    /// <summary>The type of the elements, or of a map's keys.</summary>
    public OvsdbBaseType Key { get; }

    /// <summary>The type of a map's values; null where this is no map.</summary>
    public OvsdbBaseType? Value { get; }

    /// <summary>The least number of elements: 0 or 1.</summary>
    public int Min { get; }

    /// <summary>The greatest number of elements.</summary>
    public int Max { get; }

    /// <summary>Whether it maps keys to values.</summary>
    public bool IsMap => Value is not null;

    /// <summary>Whether it has exactly one element.</summary>
    public bool IsScalar => Value is null && Min == 1 && Max == 1;

    /// <summary>Whether it has one element or none.</summary>
    public bool IsOptional => Value is null && Min == 0 && Max == 1;

    internal ValueCodec Codec { get; }

    /// <inheritdoc/>
    public override string ToString() => (IsMap, IsScalar, IsOptional) switch
    {
        (true, _, _) => $"map of {Key} to {Value}",
        (_, true, _) => Key.ToString(),
        (_, _, true) => $"optional {Key}",
        _ => $"set of {Key}",
    };

    internal static OvsdbColumnType Read(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.String)
            return new OvsdbColumnType(OvsdbBaseType.Read(json));
        int max = !json.TryGetProperty("max", out JsonElement most) ? 1 : most.ValueKind == JsonValueKind.String ? Unlimited : most.GetInt32();
        return new OvsdbColumnType(
            OvsdbBaseType.Read(json.GetProperty("key")),
            json.TryGetProperty("value", out JsonElement value) ? OvsdbBaseType.Read(value) : null,
            json.TryGetProperty("min", out JsonElement min) ? min.GetInt32() : 1,
            max);
    }

    /// <summary>Why values of the server's type cannot be read into this one; null when they can.</summary>
    internal string? Difference(OvsdbColumnType server)
    {
        bool same = Key.Type == server.Key.Type && Value?.Type == server.Value?.Type;
        // A server that allows more elements than the property can show would be read wrongly; one that allows fewer fits.
        return same && (Max > 1 || IsMap || server.Max == 1) && (Min == 0 || server.Min == 1 || !IsScalar)
            ? null
            : $"is {server} and not {this}";
    }
}
