namespace LimiQuantix.State;

/// <summary>A lease that somebody holds.</summary>
public sealed record StateLease
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Who holds it.</summary>
    public required string Holder { get; init; }

    /// <summary>The fencing token: grows with every change of holder.</summary>
    public required long Token { get; init; }

    /// <summary>When it ends unless renewed.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}
