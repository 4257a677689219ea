namespace LimiQuantix.Rfb;

/// <summary>The protocol version a connection speaks (RFC 6143 §7.1.1).</summary>
public enum RfbProtocolVersion
{
    /// <summary>3.3: the server dictates the security type.</summary>
    Version33 = 3,

    /// <summary>3.7: the client chooses among the security types offered.</summary>
    Version37 = 7,

    /// <summary>3.8: as 3.7, and every security handshake ends with a result and a reason.</summary>
    Version38 = 8,
}
