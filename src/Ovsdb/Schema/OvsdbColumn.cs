namespace Ovsdb;

/// <summary>A column of a table (RFC 7047 section 3.2, <c>&lt;column-schema&gt;</c>).</summary>
public class OvsdbColumn
{
    /// <summary>A column of a type.</summary>
    public OvsdbColumn(string name, OvsdbColumnType type)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(type);
        Name = name;
        Type = type;
        Utf8Name = System.Text.Encoding.UTF8.GetBytes(name);
    }

    /// <summary>The column's name, as in <c>external_ids</c>.</summary>
    public string Name { get; }

    /// <summary>What it holds.</summary>
    public OvsdbColumnType Type { get; }

    /// <summary>Whether the database forgets it when the server ends.</summary>
    public bool IsEphemeral { get; init; }

    /// <summary>Whether it can change once its row is there.</summary>
    public bool IsMutable { get; init; } = true;

    /// <summary>Its place among its table's columns; -1 until it belongs to one.</summary>
    internal int Ordinal { get; set; } = -1;

    internal byte[] Utf8Name { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>A condition on this column (RFC 7047 section 5.1, <c>&lt;condition&gt;</c>), such as <c>Where("includes", set)</c>.</summary>
    /// <param name="function"><c>==</c>, <c>!=</c>, <c>includes</c>, <c>excludes</c>, <c>&lt;</c>, <c>&lt;=</c>, <c>&gt;</c>, <c>&gt;=</c>.</param>
    /// <param name="value">A value of the column's type; for includes and excludes a part of one.</param>
    public OvsdbCondition Where(string function, object? value) => new(this, function, value);

    /// <summary>A mutation of this column (RFC 7047 section 5.1, <c>&lt;mutation&gt;</c>), such as <c>Change("+=", 1L)</c>.</summary>
    /// <param name="mutator"><c>+=</c>, <c>-=</c>, <c>*=</c>, <c>/=</c>, <c>%=</c>, <c>insert</c>, <c>delete</c>.</param>
    /// <param name="value">A number, a set or a map; for the deletion from a map its pairs, or the set of its keys.</param>
    public OvsdbMutation Change(string mutator, object value) => new(this, mutator, value);
}
