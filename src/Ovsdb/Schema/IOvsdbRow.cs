namespace Ovsdb;

/// <summary>A row type that knows its table; the generated rows are.</summary>
/// <typeparam name="TSelf">The row type itself.</typeparam>
public interface IOvsdbRow<TSelf>
    where TSelf : OvsdbRow, IOvsdbRow<TSelf>
{
    /// <summary>The table of such rows.</summary>
    static abstract OvsdbTable<TSelf> Table { get; }
}
