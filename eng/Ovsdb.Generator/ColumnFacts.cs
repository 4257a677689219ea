using System.Globalization;
using System.Text.Json;

namespace Ovsdb.Generator;

/// <summary>What a schema says of a column, as C# and as words.</summary>
internal sealed class ColumnFacts
{
    private readonly JsonElement _key;
    private readonly JsonElement? _value;
    private readonly int _min = 1;
    private readonly int _max = 1;

    public ColumnFacts(JsonElement column)
    {
        JsonElement type = column.GetProperty("type");
        IsEphemeral = column.TryGetProperty("ephemeral", out JsonElement ephemeral) && ephemeral.GetBoolean();
        IsMutable = !column.TryGetProperty("mutable", out JsonElement mutable) || mutable.GetBoolean();
        _key = type;
        if (type.ValueKind != JsonValueKind.Object)
            return;
        _key = type.GetProperty("key");
        _value = type.TryGetProperty("value", out JsonElement value) ? value : null;
        _min = type.TryGetProperty("min", out JsonElement min) ? min.GetInt32() : 1;
        _max = !type.TryGetProperty("max", out JsonElement max) ? 1 : max.ValueKind == JsonValueKind.String ? int.MaxValue : max.GetInt32();
    }

    public bool IsEphemeral { get; }

    public bool IsMutable { get; }

    /// <summary>The .NET type of its values.</summary>
    public string Type => _value is { } value
        ? $"OvsdbMap<{DotNet(_key)}, {DotNet(value)}>"
        : _max > 1 ? $"OvsdbSet<{DotNet(_key)}>" : DotNet(_key) + (_min == 0 ? "?" : "");

    /// <summary>The expression that makes its type.</summary>
    public string Construction
    {
        get
        {
            string value = _value is { } given ? $", {Base(given)}" : "";
            string count = (_min, _max) switch
            {
                (1, 1) => "",
                (_, 1) => $", min: {_min}",
                (1, _) => $", max: {Max}",
                _ => $", min: {_min}, max: {Max}",
            };
            return $"new OvsdbColumnType({Base(_key)}{value}{count})";
        }
    }

    /// <summary>What it holds, for the documentation.</summary>
    public string Description
    {
        get
        {
            string what = _value is { } value
                ? $"a map of {Words(_key)} to {Words(value)}"
                : (_min, _max) switch
                {
                    (1, 1) => Words(_key),
                    (0, 1) => $"{Words(_key)}, or none",
                    (_, int.MaxValue) => $"a set of {Words(_key)}",
                    _ => string.Create(CultureInfo.InvariantCulture, $"a set of {_min} to {_max} of {Words(_key)}"),
                };
            return what + (IsMutable ? "" : "; it cannot change") + (IsEphemeral ? "; it is not kept when the server ends" : "");
        }
    }

    private string Max => _max == int.MaxValue ? "OvsdbColumnType.Unlimited" : _max.ToString(CultureInfo.InvariantCulture);

    private static string Atomic(JsonElement type) => type.ValueKind == JsonValueKind.String ? type.GetString()! : type.GetProperty("type").GetString()!;

    private static string DotNet(JsonElement type) => Atomic(type) switch
    {
        "integer" => "long",
        "real" => "double",
        "boolean" => "bool",
        "string" => "string",
        "uuid" => "Guid",
        string other => throw new InvalidDataException($"'{other}' is no type of OVSDB."),
    };

    private static string Base(JsonElement type)
    {
        string atomic = Atomic(type);
        string text = $"new OvsdbBaseType(OvsdbAtomicType.{char.ToUpperInvariant(atomic[0])}{atomic[1..]})";
        List<string> options = [];
        if (type.ValueKind == JsonValueKind.Object)
        {
            string[] allowed = Allowed(type);
            if (allowed.Length > 0)
                options.Add($"AllowedValues = [{string.Join(", ", allowed.Select(value => $"\"{value}\""))}]");
            if (type.TryGetProperty("refTable", out JsonElement table))
                options.Add($"ReferenceTable = \"{table.GetString()}\"");
            if (type.TryGetProperty("refType", out JsonElement kind) && kind.GetString() == "weak")
                options.Add("IsWeakReference = true");
        }

        return options.Count == 0 ? text : $"{text} {{ {string.Join(", ", options)} }}";
    }

    private static string[] Allowed(JsonElement type)
    {
        if (!type.TryGetProperty("enum", out JsonElement allowed))
            return [];
        return allowed.ValueKind == JsonValueKind.Array ? [.. allowed[1].EnumerateArray().Select(value => value.ToString())] : [allowed.ToString()];
    }

    private static string Words(JsonElement type)
    {
        if (type.ValueKind == JsonValueKind.Object)
        {
            string[] allowed = Allowed(type);
            if (allowed.Length > 0)
                return string.Join(", ", allowed.Select(value => $"<c>{value}</c>"));
            if (type.TryGetProperty("refTable", out JsonElement table))
                return $"{(type.TryGetProperty("refType", out JsonElement kind) && kind.GetString() == "weak" ? "weak references" : "references")} to <c>{table.GetString()}</c>";
            string limits = "";
            if (type.TryGetProperty("minInteger", out JsonElement least))
                limits = $" from {least}";
            if (type.TryGetProperty("maxInteger", out JsonElement most))
                limits += $" to {most}";
            return Atomic(type) + limits;
        }

        return Atomic(type);
    }
}
