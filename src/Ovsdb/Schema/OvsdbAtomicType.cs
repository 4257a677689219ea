namespace Ovsdb;

/// <summary>What one element of a column is (RFC 7047 section 3.2, <c>&lt;atomic-type&gt;</c>).</summary>
public enum OvsdbAtomicType
{
    /// <summary>A 64-bit integer; <see cref="long"/>.</summary>
    Integer,

    /// <summary>A double-precision number; <see cref="double"/>.</summary>
    Real,

    /// <summary>True or false; <see cref="bool"/>.</summary>
    Boolean,

    /// <summary>Text; <see cref="string"/>.</summary>
    String,

    /// <summary>A row's id; <see cref="Guid"/>.</summary>
    Uuid,
}
