using System.ComponentModel;
using System.Runtime.InteropServices;

namespace LimiQuantix.Testing;

/// <summary>Signals to other processes, for tests of faults.</summary>
public static partial class Signal
{
    private const int NoSuchProcess = 3;
    private const int InterruptNumber = 2;
    private const int TerminateNumber = 15;
    private const int KillNumber = 9;
    private const int ContinueNumber = 18;
    private const int StopNumber = 19;
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Ends a process at once, as a power cut would (SIGKILL). A process that is already gone is no error.</summary>
    public static void Kill(int processId) => Send(processId, KillNumber);

    /// <summary>Interrupts a process (SIGINT), as Ctrl+C does.</summary>
    public static void Interrupt(int processId) => Send(processId, InterruptNumber);

    /// <summary>Asks a process to end (SIGTERM), as a service's supervisor does.</summary>
    public static void Terminate(int processId) => Send(processId, TerminateNumber);

    /// <summary>Freezes a process (SIGSTOP) until <see cref="Continue"/>. On return each of its threads stands still.</summary>
    /// <exception cref="TimeoutException">A thread went on.</exception>
    public static void Stop(int processId)
    {
        Send(processId, StopNumber);
        if (!SpinWait.SpinUntil(() => StandsStill(processId), StopTimeout))
            throw new TimeoutException($"Process {processId} was frozen, and a thread of it still goes on after {StopTimeout}.");
    }

    /// <summary>Lets a frozen process go on (SIGCONT).</summary>
    public static void Continue(int processId) => Send(processId, ContinueNumber);

    /// <summary>The state of a thread is the letter behind its name's last parenthesis (proc_pid_stat(5)); T is stopped, Z and X are gone.</summary>
    private static bool StandsStill(int processId)
    {
        try
        {
            return Directory.EnumerateDirectories($"/proc/{processId}/task").Select(task => File.ReadAllText(task + "/stat"))
                .All(stat => stat[stat.LastIndexOf(')') + 2] is 'T' or 't' or 'Z' or 'X');
        }
        catch (IOException)
        {
            // A thread, or the process, ended while it was looked at.
            return !Directory.Exists($"/proc/{processId}");
        }
    }

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
