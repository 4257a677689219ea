namespace LibvirtSharp;

/// <summary>A secret's value changed.</summary>
public sealed record SecretValueChangedEvent : LibvirtEvent
{
    /// <summary>The secret.</summary>
    public required Secret Secret { get; init; }
}
