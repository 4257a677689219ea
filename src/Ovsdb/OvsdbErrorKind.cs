namespace Ovsdb;

/// <summary>What went wrong, in kinds that a program tells apart.</summary>
public enum OvsdbErrorKind
{
    /// <summary>The server cannot be reached, or the connection ended.</summary>
    Connection,

    /// <summary>The answer did not come in time.</summary>
    Deadline,

    /// <summary>What the server sent is not OVSDB.</summary>
    Protocol,

    /// <summary>The server's schema, or the database, is not what the program was made for.</summary>
    Schema,

    /// <summary>The server refused the call, or an operation of a transaction; see <see cref="OvsdbException.ServerError"/>.</summary>
    Refused,

    /// <summary>A <c>wait</c> did not find what it was to find: somebody else was first. Read again and try again.</summary>
    ConditionNotMet,
}
