using LimiQuantix.Guest.Agent.Native;
using LimiQuantix.Guest.Protos;

namespace LimiQuantix.Guest.Agent.Machine;

/// <summary>The guest's clock.</summary>
internal static unsafe class Clock
{
    public static long NowUnixMs() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    public static SetTimeResult Set(SetTimeRequest request)
    {
        // Before 2020 or after 2200 is a mistake, not a time.
        if (request.UnixMs is < 1_577_836_800_000 or > 7_258_118_400_000)
            throw new AgentException(Code.Invalid, $"{request.UnixMs} ms after 1970 is no time to set");
        long drift = NowUnixMs() - (long)request.UnixMs;
        if (Math.Abs(drift) <= request.ToleranceMs)
            return new SetTimeResult { DriftMs = drift };
        long* time = stackalloc long[2];
        (time[0], time[1]) = ((long)(request.UnixMs / 1000), (long)(request.UnixMs % 1000) * 1_000_000);
        if (Libc.SetClock(0, time) < 0)
            throw AgentException.Last("setting the clock");
        if (request.SetHardwareClock)
            SetHardware(DateTimeOffset.FromUnixTimeMilliseconds((long)request.UnixMs));
        return new SetTimeResult { DriftMs = drift, Stepped = true };
    }

    /// <summary>rtc(4): struct rtc_time. A machine without such a clock has nothing to set.</summary>
    private static void SetHardware(DateTimeOffset time)
    {
        int fd = Libc.Open("/dev/rtc0", Flags.ReadOnly | Flags.CloseOnExec, 0);
        if (fd < 0)
            return;
        int* fields = stackalloc int[9];
        new Span<int>(fields, 9).Clear();
        (fields[0], fields[1], fields[2], fields[3], fields[4], fields[5]) = (time.Second, time.Minute, time.Hour, time.Day, time.Month - 1, time.Year - 1900);
        if (Libc.Ioctl(fd, Flags.SetHardwareClock, fields) < 0)
            Log.Write($"the hardware clock was not set: {Errno.NameOf(Errno.Last)}");
        _ = Libc.Close(fd);
    }
}
