namespace LimiQuantix.Images;

/// <summary>What may be done for somebody's location: the engine's judgement of who gave it, which travels with every request to a source.</summary>
public enum LocationTrust
{
    /// <summary>Not known to this version: as <see cref="Untrusted"/>.</summary>
    Unknown = 0,

    /// <summary>
    /// A caller gave it who may not reach this network through the engine. Only public addresses are connected to (see <see cref="PublicAddresses"/>), looked
    /// at when connecting, after the name look-up and after each redirect; credentials that the host configured are not sent.
    /// </summary>
    Untrusted = 1,

    /// <summary>The host gave it, its catalogue has it, or its authorizer allowed it: private addresses and the host's credentials may be used.</summary>
    Trusted = 2,
}
