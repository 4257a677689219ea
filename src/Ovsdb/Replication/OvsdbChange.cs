namespace Ovsdb;

/// <summary>A step of a replica from one snapshot to the next.</summary>
public sealed class OvsdbChange
{
    private IReadOnlyList<OvsdbRowChange>? _rows;

    internal OvsdbChange(OvsdbChangeCause cause, OvsdbSnapshot before, OvsdbSnapshot after, IReadOnlyList<OvsdbRowChange>? rows)
    {
        Cause = cause;
        Before = before;
        After = after;
        _rows = rows;
    }

    /// <summary>Why it came.</summary>
    public OvsdbChangeCause Cause { get; }

    /// <summary>The content before.</summary>
    public OvsdbSnapshot Before { get; }

    /// <summary>The content after.</summary>
    public OvsdbSnapshot After { get; }

    /// <summary>The rows that differ between the two; may be empty when the cause is no transaction.</summary>
    public IReadOnlyList<OvsdbRowChange> Rows => _rows ??= Before.ChangesTo(After);
}
