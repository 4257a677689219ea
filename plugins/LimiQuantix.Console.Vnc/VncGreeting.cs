namespace LimiQuantix.Console.Vnc;

/// <summary>
/// The handshake with the viewer (RFC 6143 §7.1). The session was authorised before, and the server was logged on to before: what
/// is left is a 3.8 server that offers None and accepts it. All it says is known in advance, and so is all that the viewer may answer.
/// </summary>
internal static class VncGreeting
{
    /// <summary>The version, one security type, None, and the result: accepted. ServerInit follows from the machine's server.</summary>
    public static byte[] ToViewer { get; } = [.. "RFB 003.008\n"u8, 1, 1, 0, 0, 0, 0];

    /// <summary>The version again, and the choice of None. ClientInit follows.</summary>
    public static byte[] FromViewer { get; } = [.. "RFB 003.008\n"u8, 1];
}
