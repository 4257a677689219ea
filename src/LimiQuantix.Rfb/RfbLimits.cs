namespace LimiQuantix.Rfb;

/// <summary>What a server may ask this client to hold. Beyond it the connection ends with <see cref="RfbErrorCode.LimitExceeded"/>.</summary>
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

    internal RfbLimits Validated()
    {
        Check(MaxWidth, ushort.MaxValue, nameof(MaxWidth));
        Check(MaxHeight, ushort.MaxValue, nameof(MaxHeight));
        Check(MaxFramebufferBytes, 1L << 30, nameof(MaxFramebufferBytes));
        Check(MaxTextBytes, 64 << 20, nameof(MaxTextBytes));
        // A copy: what the caller changes later must not change a live connection.
        return new RfbLimits { MaxWidth = MaxWidth, MaxHeight = MaxHeight, MaxFramebufferBytes = MaxFramebufferBytes, MaxTextBytes = MaxTextBytes };
    }

    internal void CheckDesktop(int width, int height)
    {
        if (width == 0 || height == 0)
            throw RfbException.Violation($"The server announces an empty desktop of {width} by {height}.");
        if (width > MaxWidth || height > MaxHeight || (long)width * height * sizeof(uint) > MaxFramebufferBytes)
            throw RfbException.Limit($"The server announces a desktop of {width} by {height}, beyond the limits of this client.");
    }

    internal void CheckText(long length, string what)
    {
        if (length > MaxTextBytes)
            throw RfbException.Limit($"The server sends a {what} of {length} bytes; at most {MaxTextBytes} are read.");
    }

    private static void Check(long value, long max, string name)
    {
        if (value < 1 || value > max)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be from 1 to {max}.");
    }
}
