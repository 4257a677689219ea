namespace LimiQuantix.Console.Vnc;

/// <summary>The options of a console provider of kind <c>vnc</c>.</summary>
public sealed class VncConsoleOptions
{
    /// <summary>
    /// The password of the machines' VNC servers, for servers that ask for one; VNC uses its first eight characters. Default: none,
    /// as the sockets that the libvirt plugin makes are guarded by their file permissions.
    /// </summary>
    public SecretReference? Password { get; set; }

    /// <summary>How long the handshake with a VNC server may take as a whole. 1 s to 5 min. Default: 10 s.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a screenshot may take after the handshake. 1 s to 5 min. Default: 30 s.</summary>
    public TimeSpan CaptureTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The largest screen of which a screenshot is taken, in bytes at four a pixel. 1 MiB to 1 GiB. Default: 128 MiB.</summary>
    public long MaximumScreenBytes { get; set; } = 128L << 20;

    internal IEnumerable<string> Validate()
    {
        if (!IsWithin(HandshakeTimeout)) yield return "HandshakeTimeout must be from 1 second to 5 minutes.";
        if (!IsWithin(CaptureTimeout)) yield return "CaptureTimeout must be from 1 second to 5 minutes.";
        if (MaximumScreenBytes is < 1 << 20 or > 1 << 30) yield return "MaximumScreenBytes must be from 1 MiB to 1 GiB.";
        if (Password is { } password && string.IsNullOrWhiteSpace(password.Name)) yield return "Password must name a secret.";
    }

    private static bool IsWithin(TimeSpan value) => value >= TimeSpan.FromSeconds(1) && value <= TimeSpan.FromMinutes(5);
}
