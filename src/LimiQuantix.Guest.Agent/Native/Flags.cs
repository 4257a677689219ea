using System.Runtime.InteropServices;

namespace LimiQuantix.Guest.Agent.Native;

/// <summary>Numbers of the Linux kernel's interface; some differ by processor.</summary>
internal static class Flags
{
    private static readonly bool IsArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    public const int ReadOnly = 0;
    public const int WriteOnly = 1;
    public const int ReadWrite = 2;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    public const int NoTerminal = 0x100;
    public const int Truncate = 0x200;
    public const int Append = 0x400;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;
    public const int PathOnly = 0x200000;

    public const int CurrentFolder = -100;
    public const int NoFollowAt = 0x100;
    public const int RemoveFolder = 0x200;
    public const int EmptyPath = 0x1000;

    public const short PollIn = 1;
    public const short PollOut = 4;
    public const short PollError = 8;
    public const short PollHangUp = 16;
    public const short PollInvalid = 32;

    public const nuint TerminalSize = 0x5414;
    public const nuint Freeze = 0xC0045877;
    public const nuint Thaw = 0xC0045878;
    public const nuint Trim = 0xC0185879;
    public const nuint SetHardwareClock = 0x4024700A;

    public const int PunchHole = 3;
    public const nint PidFdOpen = 434;

    public static int Directory => IsArm ? 0x4000 : 0x10000;

    public static int NoFollow => IsArm ? 0x8000 : 0x20000;
}
