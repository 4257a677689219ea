using System.Net;

namespace LimiQuantix.Rfb;

/// <summary>How an <see cref="RfbClient"/> connects. Everything has a default that works against QEMU on the same machine.</summary>
public sealed class RfbClientOptions
{
    /// <summary>The password, when the server asks for one. VNC authentication uses its first eight Latin-1 characters. Default none.</summary>
    public string? Password { get; set; }

    /// <summary>The user, for servers that ask for one beside the password (VeNCrypt's Plain, SASL). Default none.</summary>
    public string? UserName { get; set; }

    /// <summary>How TLS is spoken with a server that offers it (VeNCrypt).</summary>
    public RfbTlsOptions Tls { get; set; } = new();

    /// <summary>
    /// Whether a password may be sent in the clear (SASL's PLAIN) over a stream that nobody else hears: a unix socket, a tunnel, TLS of
    /// your own. Default false.
    /// </summary>
    public bool IsStreamPrivate { get; set; }

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

    /// <summary>What to tell the server beside. Default everything that leaves the picture as it is.</summary>
    public RfbFeatures Features { get; set; } = RfbFeatures.Default;

    /// <summary>From 0 (poor) to 9 (good): lets the server lose detail, as Tight does with JPEG. Default none: pictures are exact.</summary>
    public int? JpegQuality { get; set; }

    /// <summary>From 0 (fast) to 9 (small): how hard the server compresses. Default none: as the server likes.</summary>
    public int? CompressionLevel { get; set; }

    /// <summary>The pixel format to ask for. Default 32 bits of true colour, which loses nothing.</summary>
    public RfbPixelFormat PixelFormat { get; set; } = RfbPixelFormat.Bgrx32;

    /// <summary>What the server may make this client hold.</summary>
    public RfbLimits Limits { get; set; } = new();

    /// <summary>The longest time for the whole handshake. Default 10 seconds.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest wait for the next bytes in the midst of a message, and for the server to take some. Default 15 seconds.</summary>
    public TimeSpan IoTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The longest time for one capture. Default 30 seconds.</summary>
    public TimeSpan CaptureTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The clock the time-outs run on. Default the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    internal NetworkCredential? Credential => UserName is null || Password is null ? null : new NetworkCredential(UserName, Password);

    internal RfbClientOptions Validated()
    {
        CheckTimeout(HandshakeTimeout, nameof(HandshakeTimeout));
        CheckTimeout(IoTimeout, nameof(IoTimeout));
        CheckTimeout(CaptureTimeout, nameof(CaptureTimeout));
        CheckLevel(JpegQuality, nameof(JpegQuality));
        CheckLevel(CompressionLevel, nameof(CompressionLevel));
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ArgumentNullException.ThrowIfNull(PixelFormat);
        ArgumentNullException.ThrowIfNull(Encodings);
        ArgumentNullException.ThrowIfNull(Limits);
        ArgumentNullException.ThrowIfNull(Tls);
        if (Encodings.FirstOrDefault(e => !Enum.IsDefined(e)) is var unknown && !Enum.IsDefined(unknown))
            throw new ArgumentException($"{nameof(Encodings)} holds {(int)unknown}, which this client cannot read.", nameof(Encodings));
        if ((Features & ~(RfbFeatures.Default | RfbFeatures.Cursor)) != 0)
            throw new ArgumentException($"{nameof(Features)} holds what is none: {Features}.", nameof(Features));
        // A copy: what the caller changes later must not change a live connection.
        var copy = (RfbClientOptions)MemberwiseClone();
        copy.Encodings = [.. Encodings];
        copy.PixelFormat = PixelFormat.Validated();
        copy.Limits = Limits.Validated();
        return copy;
    }

    /// <summary>Everything that SetEncodings tells: encodings first, best first, then pseudo-encodings.</summary>
    internal IReadOnlyCollection<RfbEncoding> AllEncodings()
    {
        List<RfbEncoding> pseudo = [RfbEncoding.DesktopSize, RfbEncoding.LastRect, RfbEncoding.DesktopName];
        foreach (var (feature, encodings) in Pseudo)
        {
            if ((Features & feature) != 0)
                pseudo.AddRange(encodings);
        }
        if (JpegQuality is { } quality)
            pseudo.Add((RfbEncoding)(-32 + quality));
        if (CompressionLevel is { } level)
            pseudo.Add((RfbEncoding)(-256 + level));
        return [.. Encodings.Union(pseudo)];
    }

    private static readonly (RfbFeatures Feature, RfbEncoding[] Encodings)[] Pseudo =
    [
        (RfbFeatures.Resize, [RfbEncoding.ExtendedDesktopSize]),
        (RfbFeatures.Cursor, [RfbEncoding.AlphaCursor, RfbEncoding.Cursor]),
        (RfbFeatures.PointerType, [RfbEncoding.PointerType]),
        (RfbFeatures.ScanCodes, [RfbEncoding.ExtendedKeyEvent]),
        (RfbFeatures.LedState, [RfbEncoding.LedState]),
        (RfbFeatures.Fence, [RfbEncoding.Fence]),
        (RfbFeatures.ContinuousUpdates, [RfbEncoding.ContinuousUpdates]),
        (RfbFeatures.ExtendedClipboard, [RfbEncoding.ExtendedClipboard]),
        (RfbFeatures.Audio, [RfbEncoding.Audio]),
        (RfbFeatures.Power, [RfbEncoding.Xvp]),
    ];

    private static void CheckTimeout(TimeSpan value, string name)
    {
        if (value <= TimeSpan.Zero || value > TimeSpan.FromDays(1))
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be above zero and at most a day.");
    }

    private static void CheckLevel(int? value, string name)
    {
        if (value is < 0 or > 9)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be from 0 to 9.");
    }
}
