using System.Text.Json;

namespace Ovsdb;

/// <summary>The type of a column's elements, of a map's keys or of its values, with its constraints (RFC 7047 section 3.2, <c>&lt;base-type&gt;</c>).</summary>
public sealed class OvsdbBaseType
{
    /// <summary>A type without constraints.</summary>
    public OvsdbBaseType(OvsdbAtomicType type) => Type = type;

    /// <summary>What one element is.</summary>
    public OvsdbAtomicType Type { get; }

    /// <summary>The only values allowed, as text; empty when all are.</summary>
    public IReadOnlyList<string> AllowedValues { get; init; } = [];

    /// <summary>The table that a uuid refers to; null where it is any uuid.</summary>
    public string? ReferenceTable { get; init; }

    /// <summary>True when the referred row may vanish, the reference with it (<c>"refType": "weak"</c>).</summary>
    public bool IsWeakReference { get; init; }

    /// <inheritdoc/>
    public override string ToString() => ReferenceTable is null ? Type.ToString().ToLowerInvariant() : $"{(IsWeakReference ? "weak " : "")}reference to {ReferenceTable}";

    internal static OvsdbBaseType Read(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.String)
            return new OvsdbBaseType(Atomic(json.GetString()));
        OvsdbAtomicType type = Atomic(json.GetProperty("type").GetString());
        return new OvsdbBaseType(type)
        {
            AllowedValues = json.TryGetProperty("enum", out JsonElement allowed) ? Values(allowed) : [],
            ReferenceTable = json.TryGetProperty("refTable", out JsonElement table) ? table.GetString() : null,
            IsWeakReference = json.TryGetProperty("refType", out JsonElement kind) && kind.GetString() == "weak",
        };
    }

    private static OvsdbAtomicType Atomic(string? name) => name switch
    {
        "integer" => OvsdbAtomicType.Integer,
        "real" => OvsdbAtomicType.Real,
        "boolean" => OvsdbAtomicType.Boolean,
        "string" => OvsdbAtomicType.String,
        "uuid" => OvsdbAtomicType.Uuid,
        _ => throw OvsdbException.Protocol($"The schema has the unknown type '{name}'."),
    };

    private static string[] Values(JsonElement allowed)
    {
        // ["set", [a, b]], or the one value itself.
        if (allowed.ValueKind == JsonValueKind.Array && allowed.GetArrayLength() == 2 && allowed[0].ValueEquals("set"u8))
            return [.. allowed[1].EnumerateArray().Select(value => value.ToString())];
        return [allowed.ToString()];
    }
}
