namespace Ovsdb;

/// <summary>What a replica holds.</summary>
public sealed class OvsdbReplicaOptions
{
    /// <summary>The tables; empty, the default, for all of <see cref="OvsdbClientOptions.Schema"/>, or else of the server's schema.</summary>
    public IList<OvsdbTableSelection> Tables { get; } = [];

    /// <summary>Adds a whole table.</summary>
    public OvsdbReplicaOptions Add<TRow>(params IReadOnlyList<OvsdbIndex> indexes)
        where TRow : OvsdbRow, IOvsdbRow<TRow>
    {
        Tables.Add(new OvsdbTableSelection(TRow.Table) { Indexes = indexes });
        return this;
    }
}
