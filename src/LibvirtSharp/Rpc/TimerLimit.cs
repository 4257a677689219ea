namespace LibvirtSharp.Rpc;

/// <summary>How long .NET's timers can be.</summary>
internal static class TimerLimit
{
    /// <summary>The longest time, or a little less.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(49);

    /// <summary>The time as a timer takes it: a longer one never ends.</summary>
    public static TimeSpan Of(TimeSpan time) => time > Longest ? Timeout.InfiniteTimeSpan : time;
}
