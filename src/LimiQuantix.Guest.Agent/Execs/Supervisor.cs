using System.Globalization;
using System.Text;
using LimiQuantix.Guest.Agent.Loop;
using LimiQuantix.Guest.Agent.Native;

namespace LimiQuantix.Guest.Agent.Execs;

/// <summary>
/// This program as the parent of one detached program: it outlives the agent, keeps the ends of the outputs in two files, and writes down how the program
/// ended. The files are appended to; what is older than the ring is punched out of them, so that an offset stays what it was.
/// </summary>
internal static unsafe class Supervisor
{
    private const int Tick = 250;
    private const long Page = 4096;

    /// <summary>Runs to the program's end.</summary>
    public static int Run(IReadOnlyList<string> arguments, string self)
    {
        FileDescriptor.SetCloseOnExec(ChildMode.ReportFd);
        ChildMode.ChildSettings settings = ChildMode.ChildSettings.Parse(arguments);
        int[] outputs = [OpenOutput(settings.Folder, "out"), OpenOutput(settings.Folder, "err")];
        int input = Libc.Open("/dev/null", Flags.ReadWrite | Flags.CloseOnExec, 0);
        if (outputs.Any(o => o < 0) || input < 0)
            return Fail(Errno.Last);
        (int read, int write) = FileDescriptor.Pipe();
        List<string> child = [self, "--child", "--directory", settings.Directory, .. settings.User is null ? Array.Empty<string>() : ["--user", settings.User], "--", .. settings.Arguments];
        int error = Spawner.Start(self, child, settings.Environment, null, [input, outputs[0], outputs[1], write], out int process);
        _ = Libc.Close(write);
        if (error != 0)
            return Fail(error);
        string report = ReadToEnd(read);
        int failed = report.IndexOf(ChildMode.Failed, StringComparison.Ordinal);
        if (failed >= 0)
            return Fail(int.TryParse(report.AsSpan(failed + 1).TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : Errno.Invalid);

        long began = EventLoop.Now;
        StateFile.Write(settings.Folder, "pid", $"{process}");
        ChildMode.Report($"{ChildMode.Ready}{process}\n");
        _ = Libc.Close(ChildMode.ReportFd);
        int status = Watch(process, outputs, settings.RingBytes);
        (int exitCode, int signal) = Spawner.Ended(status);
        StateFile.Write(settings.Folder, "exit", $"{exitCode} {signal} {EventLoop.Now - began}");
        return 0;
    }

    private static int Watch(int process, int[] outputs, long ring)
    {
        int pidFd = (int)Libc.SystemCall(Flags.PidFdOpen, process, 0);
        var entry = new Libc.PollEntry { Fd = pidFd, Events = Flags.PollIn };
        long[] punched = [0, 0];
        while (true)
        {
            int status;
            if (Libc.Wait(process, &status, pidFd < 0 ? 0 : 1) == process)
                return status;
            _ = Libc.Poll(&entry, 1, Tick);
            for (int i = 0; i < outputs.Length; i++)
            {
                long old = Math.Max(0, (Libc.Seek(outputs[i], 0, 2) - ring) / Page * Page);
                if (old > punched[i] && Libc.Allocate(outputs[i], Flags.PunchHole, punched[i], old - punched[i]) == 0)
                    punched[i] = old;
            }
        }
    }

    private static int OpenOutput(string folder, string name) =>
        Libc.Open($"{folder}/{name}", Flags.ReadWrite | Flags.Create | Flags.Append | Flags.CloseOnExec, 0x180);

    private static string ReadToEnd(int fd)
    {
        Span<byte> buffer = stackalloc byte[64];
        StringBuilder text = new();
        int read;
        while ((read = FileDescriptor.Read(fd, buffer)) > 0)
            text.Append(Encoding.ASCII.GetString(buffer[..read]));
        _ = Libc.Close(fd);
        return text.ToString();
    }

    private static int Fail(int error)
    {
        ChildMode.Report($"{ChildMode.Failed}{error}\n");
        return 126;
    }
}
