namespace LibvirtSharp;

/// <summary>A storage pool's content was looked at anew.</summary>
public sealed record StoragePoolRefreshEvent : LibvirtEvent
{
    /// <summary>The pool.</summary>
    public required StoragePool Pool { get; init; }
}
