namespace LimiQuantix;

/// <summary>How well a provider instance works.</summary>
public enum ProviderHealthStatus
{
    /// <summary>Not known, or a value of a newer contract.</summary>
    Unknown = 0,

    /// <summary>Works.</summary>
    Healthy = 1,

    /// <summary>Works, but something needs attention, such as little free space.</summary>
    Degraded = 2,

    /// <summary>Does not work.</summary>
    Unhealthy = 3,
}
