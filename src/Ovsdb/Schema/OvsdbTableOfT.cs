namespace Ovsdb;

/// <summary>A table whose rows are of a .NET type.</summary>
/// <typeparam name="TRow">The type of its rows.</typeparam>
public sealed class OvsdbTable<TRow> : OvsdbTable
    where TRow : OvsdbRow
{
    private readonly Func<TRow> _create;

    /// <summary>A table of these columns.</summary>
    public OvsdbTable(string name, Func<TRow> create, params IReadOnlyList<OvsdbColumn> columns)
        : base(name, columns)
    {
        ArgumentNullException.ThrowIfNull(create);
        _create = create;
    }

    internal override OvsdbRow CreateRow() => _create();
}
