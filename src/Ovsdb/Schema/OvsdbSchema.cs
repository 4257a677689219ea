using System.Text.Json;

namespace Ovsdb;

/// <summary>A database's schema (RFC 7047 section 3.2, <c>&lt;database-schema&gt;</c>): the server's, or the one that code was generated from.</summary>
public sealed class OvsdbSchema
{
    private readonly Dictionary<string, OvsdbTable> _tables;

    /// <summary>A schema of these tables.</summary>
    public OvsdbSchema(string name, string version, params IReadOnlyList<OvsdbTable> tables)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(version);
        ArgumentNullException.ThrowIfNull(tables);
        Name = name;
        Version = version;
        Tables = tables;
        _tables = tables.ToDictionary(table => table.Name, StringComparer.Ordinal);
    }

    /// <summary>The database's name, as in <c>OVN_Northbound</c>.</summary>
    public string Name { get; }

    /// <summary>The schema's version, as in <c>7.0.0</c>; empty where it has none.</summary>
    public string Version { get; }

    /// <summary>Its tables.</summary>
    public IReadOnlyList<OvsdbTable> Tables { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Version}";

    /// <summary>A table by its name.</summary>
    /// <exception cref="ArgumentException">There is none; the message names those there are.</exception>
    public OvsdbTable Table(string name) => FindTable(name)
        ?? throw new ArgumentException($"The database {Name} has no table '{name}'; it has {string.Join(", ", _tables.Keys)}.", nameof(name));

    /// <summary>A table by its name, or null.</summary>
    public OvsdbTable? FindTable(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _tables.GetValueOrDefault(name);
    }

    /// <summary>Reads a schema as a <c>.ovsschema</c> file or <c>get_schema</c>'s answer has it.</summary>
    /// <exception cref="OvsdbException">It is none.</exception>
    public static OvsdbSchema Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return Read(document.RootElement);
        }
        catch (JsonException e)
        {
            throw OvsdbException.Protocol("The schema is no JSON.", e);
        }
    }

    internal static OvsdbSchema Read(JsonElement json)
    {
        try
        {
            return new OvsdbSchema(
                json.GetProperty("name").GetString() ?? "",
                json.TryGetProperty("version", out JsonElement version) ? version.GetString() ?? "" : "",
                [.. json.GetProperty("tables").EnumerateObject().Select(table => OvsdbTable.Read(table.Name, table.Value))]);
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException or IndexOutOfRangeException)
        {
            throw OvsdbException.Protocol($"The schema is not as RFC 7047 section 3.2 has it: {e.Message}", e);
        }
    }
}
