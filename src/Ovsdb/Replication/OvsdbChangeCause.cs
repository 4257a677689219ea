namespace Ovsdb;

/// <summary>Why a replica changed.</summary>
public enum OvsdbChangeCause
{
    /// <summary>A transaction took effect; the server may tell several at once.</summary>
    Transaction,

    /// <summary>The connection was opened again, and the server told what happened meanwhile.</summary>
    Resumed,

    /// <summary>The connection was opened again, and the server no longer knew what happened meanwhile, or its schema changed: the content was read anew.</summary>
    Replaced,

    /// <summary>The reader was so slow that several changes were put together; nothing is lost but what was in between.</summary>
    Merged,
}
