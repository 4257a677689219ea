namespace LimiQuantix.Rfb;

/// <summary>How an <see cref="RfbServerConnection"/> presents itself.</summary>
public sealed class RfbServerOptions
{
    /// <summary>The desktop's name. Default empty.</summary>
    public string DesktopName { get; set; } = "";

    /// <summary>The password that VNC authentication asks for, of which eight characters count; null for none. It does not encrypt.</summary>
    public string? Password { get; set; }

    /// <summary>The longest time for the whole handshake. Default 10 seconds.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest wait for the rest of a message, and for the client to take bytes. Default 15 seconds.</summary>
    public TimeSpan IoTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The longest clipboard taken from a client, in bytes; what is beyond is left out. Default 1 MiB.</summary>
    public int MaxTextBytes { get; set; } = 1 << 20;

    /// <summary>The clock the time-outs run on. Default the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    internal RfbServerOptions Validated()
    {
        ArgumentNullException.ThrowIfNull(DesktopName);
        ArgumentNullException.ThrowIfNull(TimeProvider);
        foreach (var (value, name) in new[] { (HandshakeTimeout, nameof(HandshakeTimeout)), (IoTimeout, nameof(IoTimeout)) })
        {
            if (value <= TimeSpan.Zero || value > TimeSpan.FromDays(1))
                throw new ArgumentOutOfRangeException(name, value, $"{name} must be above zero and at most a day.");
        }
        if (MaxTextBytes is < 1 or > 64 << 20)
            throw new ArgumentOutOfRangeException(nameof(MaxTextBytes), MaxTextBytes, "MaxTextBytes must be from 1 to 64 MiB.");
        return (RfbServerOptions)MemberwiseClone();
    }
}
