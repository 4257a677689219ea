namespace LibvirtSharp;

/// <summary>Why a consumer of events must look at the state again.</summary>
public enum LibvirtResyncReason
{
    /// <summary>The connection was lost and is there again.</summary>
    Reconnected,

    /// <summary>The consumer was too slow and its buffer full.</summary>
    Overflow,
}
