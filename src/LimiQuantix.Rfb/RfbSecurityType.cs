namespace LimiQuantix.Rfb;

/// <summary>The security types this client has (RFC 6143 §7.2, and the community registry for those beyond it).</summary>
public enum RfbSecurityType
{
    /// <summary>No authentication.</summary>
    None = 1,

    /// <summary>A challenge answered with a password of at most eight bytes. It authenticates; it does not encrypt.</summary>
    VncAuthentication = 2,

    /// <summary>TLS first, then one of several ways to authenticate: see <see cref="RfbVeNCryptType"/>.</summary>
    VeNCrypt = 19,

    /// <summary>SASL (RFC 4422): this client has SCRAM-SHA-256, SCRAM-SHA-1, PLAIN and ANONYMOUS.</summary>
    Sasl = 20,
}

/// <summary>What is agreed on within VeNCrypt: how it is encrypted, then who one is.</summary>
public enum RfbVeNCryptType
{
    /// <summary>User and password in the clear, without TLS.</summary>
    Plain = 256,

    /// <summary>Anonymous TLS: encrypted, but nobody knows with whom.</summary>
    TlsNone = 257,

    /// <summary>Anonymous TLS and VNC authentication.</summary>
    TlsVnc = 258,

    /// <summary>Anonymous TLS, user and password.</summary>
    TlsPlain = 259,

    /// <summary>TLS with the server's certificate.</summary>
    X509None = 260,

    /// <summary>TLS with the server's certificate, and VNC authentication.</summary>
    X509Vnc = 261,

    /// <summary>TLS with the server's certificate, user and password.</summary>
    X509Plain = 262,

    /// <summary>Anonymous TLS and SASL. Servers disagree which of this and the next is which; both are taken for either.</summary>
    TlsSasl = 263,

    /// <summary>TLS with the server's certificate, and SASL.</summary>
    X509Sasl = 264,
}
