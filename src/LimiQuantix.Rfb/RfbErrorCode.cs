namespace LimiQuantix.Rfb;

/// <summary>Why an RFB connection or operation failed.</summary>
public enum RfbErrorCode
{
    /// <summary>The server closed the connection, or the stream beneath it failed.</summary>
    ConnectionClosed = 0,

    /// <summary>The server did not answer within a time set in <see cref="RfbClientOptions"/>.</summary>
    Timeout = 1,

    /// <summary>What answered does not speak RFB, or speaks a version this client cannot.</summary>
    UnsupportedVersion = 2,

    /// <summary>The server refused the connection and said why.</summary>
    Refused = 3,

    /// <summary>The server offers no security type this client has.</summary>
    UnsupportedSecurity = 4,

    /// <summary>The server asks for a password and none was given.</summary>
    PasswordRequired = 5,

    /// <summary>The server rejected the password.</summary>
    AuthenticationFailed = 6,

    /// <summary>The server sent bytes that break the protocol.</summary>
    ProtocolViolation = 7,

    /// <summary>The server sent something larger than <see cref="RfbLimits"/> allows.</summary>
    LimitExceeded = 8,

    /// <summary>The server used an encoding or message this client did not ask for and cannot read.</summary>
    UnsupportedEncoding = 9,

    /// <summary>The server does not offer what was asked for.</summary>
    NotSupported = 10,

    /// <summary>The TLS handshake failed, or the server's certificate is not trusted.</summary>
    TlsFailed = 11,
}
