namespace Ovsdb;

/// <summary>Whether a transaction may be sent again when nobody knows whether it took effect.</summary>
public enum OvsdbRepeat
{
    /// <summary>It is not.</summary>
    Never,

    /// <summary>
    /// It is, and takes effect once: a row that it inserts has an id of its own, so that the server refuses the second time (<c>duplicate
    /// uuid</c>), which then is the first one's success. The row must be one that nothing deletes meanwhile.
    /// </summary>
    Once,

    /// <summary>It is: its author says that twice is the same as once.</summary>
    Idempotent,
}
