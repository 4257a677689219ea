namespace LimiQuantix.Networks;

/// <summary>A transport protocol.</summary>
public enum TransportProtocol
{
    /// <summary>A value of a newer contract.</summary>
    Unknown = 0,

    /// <summary>TCP.</summary>
    Tcp = 1,

    /// <summary>UDP.</summary>
    [Feature(ProviderFeatures.PortForwardsUdp)]
    Udp = 2,
}
