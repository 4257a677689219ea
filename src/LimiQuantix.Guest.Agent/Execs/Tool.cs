using System.Text;
using LimiQuantix.Guest.Agent.Loop;
using LimiQuantix.Guest.Agent.Native;

namespace LimiQuantix.Guest.Agent.Execs;

/// <summary>Runs one of the guest's own tools to its end, on a worker thread.</summary>
internal static unsafe class Tool
{
    private const int MaxOutput = 16 * 1024;

    private static readonly string[] Environment = ["PATH=" + Spawner.DefaultPath, "LANG=C", "HOME=/"];

    /// <summary>The tool's path, or null when the guest has none.</summary>
    public static string? Find(string name) => Spawner.Resolve(name, Environment, null).Path;

    /// <summary>Runs it; output and error output together.</summary>
    /// <param name="arguments">The tool and its arguments.</param>
    /// <param name="milliseconds">After so long it is killed.</param>
    /// <param name="input">What it reads, up to a pipe's size.</param>
    public static (int ExitCode, string Output) Run(IReadOnlyList<string> arguments, int milliseconds, string input = "")
    {
        (string? path, int error) = Spawner.Resolve(arguments[0], Environment, null);
        if (path is null)
            throw new AgentException(error, arguments[0]);
        (int inputRead, int inputWrite) = FileDescriptor.Pipe();
        (int outputRead, int outputWrite) = FileDescriptor.Pipe();
        error = Spawner.Start(path, arguments, Environment, "/", [inputRead, outputWrite, outputWrite], out int process);
        _ = Libc.Close(inputRead);
        _ = Libc.Close(outputWrite);
        try
        {
            if (error != 0)
                throw new AgentException(error, path);
            if (input.Length > 0)
                _ = FileDescriptor.Write(inputWrite, Encoding.UTF8.GetBytes(input));
            _ = Libc.Close(inputWrite);
            inputWrite = -1;
            return Collect(process, outputRead, EventLoop.Now + milliseconds);
        }
        finally
        {
            _ = Libc.Close(outputRead);
            if (inputWrite >= 0)
                _ = Libc.Close(inputWrite);
        }
    }

    private static (int ExitCode, string Output) Collect(int process, int output, long deadline)
    {
        FileDescriptor.SetNonBlocking(output);
        int pidFd = (int)Libc.SystemCall(Flags.PidFdOpen, process, 0);
        Libc.PollEntry* entries = stackalloc Libc.PollEntry[2];
        byte[] buffer = new byte[4096];
        StringBuilder text = new();
        bool open = true;
        try
        {
            while (true)
            {
                entries[0] = new Libc.PollEntry { Fd = pidFd, Events = Flags.PollIn };
                entries[1] = new Libc.PollEntry { Fd = open ? output : -1, Events = Flags.PollIn };
                long left = deadline - EventLoop.Now;
                if (left <= 0)
                    _ = Libc.Kill(-process, Signals.Kill);
                _ = Libc.Poll(entries, 2, left <= 0 ? 1000 : (int)Math.Min(left, int.MaxValue));
                int read = open ? FileDescriptor.Read(output, buffer) : -1;
                if (read > 0 && text.Length < MaxOutput)
                    text.Append(Encoding.UTF8.GetString(buffer, 0, read));
                open &= read != 0;
                int status;
                // What it wrote before its end is read first.
                if (read <= 0 && Libc.Wait(process, &status, 1) == process)
                    return (left <= 0 ? -1 : Spawner.Ended(status).ExitCode, text.ToString());
            }
        }
        finally
        {
            _ = Libc.Close(pidFd);
        }
    }
}
