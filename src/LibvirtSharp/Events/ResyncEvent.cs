namespace LibvirtSharp;

/// <summary>
/// Events may have been missed between the one before and the one after this: look at the state again. Sent after a reconnection
/// and after the subscription's buffer was full.
/// </summary>
public sealed record ResyncEvent : LibvirtEvent
{
    /// <summary>Why.</summary>
    public required LibvirtResyncReason Reason { get; init; }

    /// <summary>How many events were dropped because the buffer was full.</summary>
    public long Dropped { get; init; }
}
