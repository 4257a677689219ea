namespace LimiQuantix.Networks;

/// <summary>A tap device that the fabric made.</summary>
public sealed record TapNic : NicAttachment
{
    /// <summary>The device's name.</summary>
    public required string Device { get; init; }
}
