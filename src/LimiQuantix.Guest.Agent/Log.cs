using System.Text;
using LimiQuantix.Guest.Agent.Native;

namespace LimiQuantix.Guest.Agent;

/// <summary>Lines on standard error, where systemd's journal takes them. Nothing is written while file systems are frozen: the journal's may be one.</summary>
internal static class Log
{
    private const int PerMinute = 120;
    private static readonly Lock Guard = new();
    private static long _minute;
    private static int _written;

    /// <summary>Set while file systems are frozen.</summary>
    public static volatile bool IsSilent;

    public static void Write(string message)
    {
        if (IsSilent)
            return;
        long minute = Environment.TickCount64 / 60_000;
        lock (Guard)
        {
            if (minute != _minute)
                (_minute, _written) = (minute, 0);
            if (_written++ > PerMinute)
                return;
        }

        string line = GuestText.Clean(message, 1000) + "\n";
        _ = FileDescriptor.Write(2, Encoding.UTF8.GetBytes(line));
    }
}
