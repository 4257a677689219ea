namespace LimiQuantix.Rfb;

/// <summary>How an <see cref="RfbClient"/> connects. Everything has a default that works against QEMU on the same machine.</summary>
public sealed class RfbClientOptions
{
    /// <summary>The password, when the server asks for one. VNC uses its first eight Latin-1 characters. Default none.</summary>
    public string? Password { get; set; }

    /// <summary>Whether other clients may stay connected (RFC 6143 §7.3.1). Default true.</summary>
    public bool Shared { get; set; } = true;

    /// <summary>
    /// The encodings to ask for, best first. Pseudo-encodings that keep the desktop's size right are always added.
    /// Default ZRLE, Tight, Zlib, Hextile, RRE, CopyRect, Raw.
    /// </summary>
    public IReadOnlyList<RfbEncoding> Encodings { get; set; } =
    [
        RfbEncoding.Zrle, RfbEncoding.Tight, RfbEncoding.Zlib, RfbEncoding.Hextile, RfbEncoding.Rre, RfbEncoding.CopyRect, RfbEncoding.Raw,
    ];

    /// <summary>The pixel format to ask for. Default 32 bits of true colour, which loses nothing.</summary>
    public RfbPixelFormat PixelFormat { get; set; } = RfbPixelFormat.Bgrx32;

    /// <summary>What the server may make this client hold.</summary>
    public RfbLimits Limits { get; set; } = new();

    /// <summary>The longest time for the whole handshake. Default 10 seconds.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest wait for the server to send or take the next bytes. Default 15 seconds.</summary>
    public TimeSpan IoTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The longest time for one capture. Default 30 seconds.</summary>
    public TimeSpan CaptureTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The clock the time-outs run on. Default the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    internal RfbClientOptions Validated()
    {
        CheckTimeout(HandshakeTimeout, nameof(HandshakeTimeout));
        CheckTimeout(IoTimeout, nameof(IoTimeout));
        CheckTimeout(CaptureTimeout, nameof(CaptureTimeout));
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ArgumentNullException.ThrowIfNull(PixelFormat);
        ArgumentNullException.ThrowIfNull(Encodings);
        ArgumentNullException.ThrowIfNull(Limits);
        if (Encodings.FirstOrDefault(e => !Enum.IsDefined(e)) is var unknown && !Enum.IsDefined(unknown))
            throw new ArgumentException($"{nameof(Encodings)} holds {(int)unknown}, which this client cannot read.", nameof(Encodings));
        return new RfbClientOptions
        {
            Password = Password,
            Shared = Shared,
            Encodings = [.. Encodings],
            PixelFormat = PixelFormat.Validated(),
            Limits = Limits.Validated(),
            HandshakeTimeout = HandshakeTimeout,
            IoTimeout = IoTimeout,
            CaptureTimeout = CaptureTimeout,
            TimeProvider = TimeProvider,
        };
    }

    private static void CheckTimeout(TimeSpan value, string name)
    {
        if (value <= TimeSpan.Zero || value > TimeSpan.FromDays(1))
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be above zero and at most a day.");
    }
}
