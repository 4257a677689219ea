namespace LimiQuantix.Guest;

/// <summary>How a <see cref="GuestSession"/> behaves. Everything has a default.</summary>
public sealed class GuestSessionOptions
{
    /// <summary>Names this side in the guest's log. Default "limiquantix".</summary>
    public string ClientName { get; set; } = "limiquantix";

    /// <summary>The longest wait for the agent's first answer. Default 10 seconds.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest time for a call that moves no content. Default 30 seconds.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often the agent is asked whether it lives; <see cref="Timeout.InfiniteTimeSpan"/>: never. Default 5 seconds.</summary>
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>After so many unanswered pings the session ends as <see cref="GuestErrorCode.Silent"/>. Default 3.</summary>
    public int MissedPings { get; set; } = 3;

    /// <summary>What the agent may send ahead on one channel of a stream, 16 KiB to 1 MiB. Default 256 KiB.</summary>
    public int WindowBytes { get; set; } = 256 * 1024;

    /// <summary>What all streams of the session may hold at once; further ones get smaller windows. At least 256 KiB. Default 4 MiB.</summary>
    public int MemoryBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>The clock that time-outs run on. Default the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    internal GuestSessionOptions Validated()
    {
        ArgumentNullException.ThrowIfNull(ClientName);
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ClientName.Length, 256, nameof(ClientName));
        CheckTime(HandshakeTimeout, nameof(HandshakeTimeout));
        CheckTime(CallTimeout, nameof(CallTimeout));
        if (PingInterval != Timeout.InfiniteTimeSpan)
            CheckTime(PingInterval, nameof(PingInterval));
        Check(MissedPings, 1, 100, nameof(MissedPings));
        Check(WindowBytes, 16 * 1024, 1024 * 1024, nameof(WindowBytes));
        Check(MemoryBytes, 256 * 1024, 1024 * 1024 * 1024, nameof(MemoryBytes));
        return (GuestSessionOptions)MemberwiseClone();
    }

    private static void CheckTime(TimeSpan value, string name)
    {
        if (value <= TimeSpan.Zero || value > TimeSpan.FromDays(1))
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be above zero and at most a day.");
    }

    private static void Check(int value, int least, int most, string name)
    {
        if (value < least || value > most)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be from {least} to {most}.");
    }
}
