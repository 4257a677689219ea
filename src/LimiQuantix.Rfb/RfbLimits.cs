namespace LimiQuantix.Rfb;

/// <summary>
/// What a server may ask this client to hold. A larger desktop ends the connection with <see cref="RfbErrorCode.LimitExceeded"/>; of
/// longer texts and sounds the rest is read and forgotten.
/// </summary>
public sealed class RfbLimits
{
    /// <summary>The widest desktop, in pixels. Default 16384, at most 65535.</summary>
    public int MaxWidth { get; set; } = 16384;

    /// <summary>The highest desktop, in pixels. Default 16384, at most 65535.</summary>
    public int MaxHeight { get; set; } = 16384;

    /// <summary>The largest framebuffer in bytes, at four a pixel. Default 128 MiB, enough for 7680 by 4320; at most 1 GiB.</summary>
    public long MaxFramebufferBytes { get; set; } = 128L << 20;

    /// <summary>The longest text (desktop name, clipboard, reason), in bytes. Default 1 MiB, at most 64 MiB.</summary>
    public int MaxTextBytes { get; set; } = 1 << 20;

    /// <summary>The most sound in one message, in bytes. Default 256 KiB, at most 16 MiB.</summary>
    public int MaxAudioBytes { get; set; } = 256 << 10;

    internal RfbLimits Validated()
    {
        Check(MaxWidth, ushort.MaxValue, nameof(MaxWidth));
        Check(MaxHeight, ushort.MaxValue, nameof(MaxHeight));
        Check(MaxFramebufferBytes, 1L << 30, nameof(MaxFramebufferBytes));
        Check(MaxTextBytes, 64 << 20, nameof(MaxTextBytes));
        Check(MaxAudioBytes, 16 << 20, nameof(MaxAudioBytes));
        // A copy: what the caller changes later must not change a live connection.
        return new RfbLimits
        {
            MaxWidth = MaxWidth,
            MaxHeight = MaxHeight,
            MaxFramebufferBytes = MaxFramebufferBytes,
            MaxTextBytes = MaxTextBytes,
            MaxAudioBytes = MaxAudioBytes,
        };
    }

    internal void CheckDesktop(int width, int height)
    {
        if (width > MaxWidth || height > MaxHeight || (long)width * height * sizeof(uint) > MaxFramebufferBytes)
            throw RfbException.Limit($"The server announces a desktop of {width} by {height}, beyond the limits of this client.");
    }

    private static void Check(long value, long max, string name)
    {
        if (value < 1 || value > max)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be from 1 to {max}.");
    }
}
