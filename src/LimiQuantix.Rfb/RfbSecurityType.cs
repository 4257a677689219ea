namespace LimiQuantix.Rfb;

/// <summary>The security types this client has (RFC 6143 §7.2).</summary>
public enum RfbSecurityType
{
    /// <summary>No authentication.</summary>
    None = 1,

    /// <summary>A challenge answered with a password of at most eight bytes. It authenticates; it does not encrypt.</summary>
    VncAuthentication = 2,
}
