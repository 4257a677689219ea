using System.ComponentModel;
using System.Runtime.InteropServices;

namespace LimiQuantix.Testing;

/// <summary>Signals to other processes, for tests of faults.</summary>
public static partial class Signal
{
    private const int NoSuchProcess = 3;
    private const int KillNumber = 9;
    private const int ContinueNumber = 18;
    private const int StopNumber = 19;

    /// <summary>Ends a process at once, as a power cut would (SIGKILL). A process that is already gone is no error.</summary>
    public static void Kill(int processId) => Send(processId, KillNumber);

    /// <summary>Freezes a process (SIGSTOP) until <see cref="Continue"/>.</summary>
    public static void Stop(int processId) => Send(processId, StopNumber);

    /// <summary>Lets a frozen process go on (SIGCONT).</summary>
    public static void Continue(int processId) => Send(processId, ContinueNumber);

    private static void Send(int processId, int number)
    {
        // 0 and negative numbers would signal whole process groups.
        ArgumentOutOfRangeException.ThrowIfLessThan(processId, 2);
        if (SendSignal(processId, number) != 0 && Marshal.GetLastPInvokeError() is var error and not NoSuchProcess)
            throw new Win32Exception(error);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int processId, int number);
}
