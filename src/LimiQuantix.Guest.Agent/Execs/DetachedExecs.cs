using System.Globalization;
using LimiQuantix.Guest.Agent.Files;
using LimiQuantix.Guest.Agent.Native;
using LimiQuantix.Guest.Agent.Sessions;
using LimiQuantix.Guest.Protos;

namespace LimiQuantix.Guest.Agent.Execs;

/// <summary>Programs that outlive session and agent: each has a folder below the state folder and a supervisor. All on worker threads.</summary>
internal sealed unsafe class DetachedExecs(AgentOptions options)
{
    private const int MaxExecs = 256;
    private const int FollowEach = 50;
    private const int SeekData = 3;
    private readonly Lock _lock = new();

    private string Root => $"{options.State}/exec";

    /// <summary>Starts one and reads on until it ends or the host lets go.</summary>
    public Close Start(WorkStream stream, ExecRequest request, Command command)
    {
        if (!IsName(request.Id))
            throw new AgentException(Code.Invalid, "a detached program's id has 1 to 64 letters, digits and '-'");
        if (request.Terminal is not null)
            throw new AgentException(Code.Invalid, "a detached program has no terminal");
        string folder = $"{Root}/{request.Id}";
        lock (_lock)
        {
            StateFile.MakeFolder(Root);
            if (Ids().Count() >= MaxExecs)
                throw new AgentException(Code.Busy, $"{MaxExecs} detached programs are kept; forget some");
            if (Libc.MakeDirectoryAt(Flags.CurrentFolder, folder, 0x1C0) < 0)
                throw new AgentException(Errno.Last, $"the detached program '{request.Id}'");
        }

        try
        {
            int process = Launch(command, request, folder);
            stream.Send(new Message { ExecStarted = new ExecStarted { ProcessId = (uint)process, Id = request.Id, IsScoped = options.UseScopes } });
        }
        catch
        {
            // A launch that failed leaves nothing; a host that left has its program.
            if (!File.Exists($"{folder}/pid"))
                FileVerbs.RemoveTree(Flags.CurrentFolder, folder, null);
            throw;
        }

        return Follow(stream, folder, 0, 0, follow: true);
    }

    public Close Attach(WorkStream stream, AttachRequest request)
    {
        string folder = FolderOf(request.Id);
        stream.Send(new Message { ExecStarted = new ExecStarted { ProcessId = (uint)ProcessOf(folder), Id = request.Id, IsScoped = options.UseScopes } });
        return Follow(stream, folder, request.StdoutOffset, request.StderrOffset, request.Follow);
    }

    public ExecListResult List()
    {
        ExecListResult list = new();
        foreach (string id in Ids())
        {
            string folder = $"{Root}/{id}";
            ExecResult? result = Result(folder);
            list.Execs.Add(new DetachedExec
            {
                Id = id,
                ProcessId = (uint)ProcessOf(folder),
                IsRunning = result is null,
                Result = result,
                StdoutBytes = SizeOf($"{folder}/out"),
                StderrBytes = SizeOf($"{folder}/err"),
                AgeMs = Age(folder),
            });
        }

        return list;
    }

    public Close Forget(ForgetRequest request)
    {
        string folder = FolderOf(request.Id);
        if (Result(folder) is null)
        {
            if (!request.Kill)
                throw new AgentException(Code.Busy, $"the detached program '{request.Id}' runs; say kill to end it");
            int process = ProcessOf(folder);
            if (process > 0)
                ProcessTree.Signal(process, Signals.Kill);
            for (int tries = 0; tries < 100 && Result(folder) is null; tries++)
                _ = Libc.Poll(null, 0, 20);
        }

        FileVerbs.RemoveTree(Flags.CurrentFolder, folder, null);
        return new Close();
    }

    private int Launch(Command command, ExecRequest request, string folder)
    {
        (int read, int write) = FileDescriptor.Pipe();
        int nothing = Libc.Open("/dev/null", Flags.ReadWrite | Flags.CloseOnExec, 0);
        try
        {
            IReadOnlyList<string> wrapped = command.Wrapped(
                options, "--supervise", ["--folder", folder, "--ring", Math.Clamp(request.RingBytes, 4096, 16 * 1024 * 1024).ToString(CultureInfo.InvariantCulture)],
                options.UseScopes ? $"limiquantix-exec-{request.Id}" : null);
            int error = Spawner.Start(wrapped[0], wrapped, command.Environment, null, [nothing, nothing, nothing, write], out int supervisor);
            if (error != 0)
                throw new AgentException(error, wrapped[0]);
            _ = Libc.Close(write);
            write = -1;
            Reap(supervisor);
            Span<byte> buffer = stackalloc byte[64];
            var report = new global::System.Text.StringBuilder();
            int count;
            while ((count = FileDescriptor.Read(read, buffer)) > 0)
                report.Append(global::System.Text.Encoding.ASCII.GetString(buffer[..count]));
            string text = report.ToString().TrimEnd('\n');
            return text.StartsWith(ChildMode.Ready) && int.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int process) ? process
                : text.StartsWith(ChildMode.Failed) && int.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                    ? throw new AgentException(number is Errno.Access ? Code.NotExecutable : Errno.CodeOf(number), $"{command.Arguments[0]}: {Errno.NameOf(number)}")
                    : throw new AgentException(Code.Failed, "the program's supervisor did not start");
        }
        finally
        {
            _ = Libc.Close(read);
            _ = Libc.Close(nothing);
            if (write >= 0)
                _ = Libc.Close(write);
        }
    }

    /// <summary>While this agent lives the supervisor is its child; a thread that only waits is the least that can be had for it.</summary>
    private static void Reap(int process) => new Thread(
        () =>
        {
            int status;
            _ = Libc.Wait(process, &status, 0);
        },
        64 * 1024) { IsBackground = true, Name = "reaper" }.Start();

    private static Close Follow(WorkStream stream, string folder, ulong outOffset, ulong errOffset, bool follow)
    {
        byte[] buffer = new byte[32 * 1024];
        int[] files = [Open(folder, "out"), Open(folder, "err")];
        long[] offsets = [(long)Math.Min(outOffset, long.MaxValue), (long)Math.Min(errOffset, long.MaxValue)];
        bool lost = false;
        try
        {
            while (true)
            {
                // Its end is read before its outputs: what it wrote last is there then.
                ExecResult? result = Result(folder);
                bool moved = false;
                for (int i = 0; i < files.Length; i++)
                {
                    long at = Libc.Seek(files[i], offsets[i], SeekData);
                    if (at < 0)
                        continue;
                    lost |= at > offsets[i];
                    int read = FileDescriptor.Read(files[i], buffer);
                    if (read <= 0)
                        continue;
                    moved = true;
                    offsets[i] = at + read;
                    stream.Send(buffer.AsSpan(0, read), (byte)(i + 1));
                }

                if (moved)
                    continue;
                if (result is not null || !follow)
                {
                    stream.End(1);
                    stream.End(2);
                    result ??= new ExecResult { ExitCode = -1 };
                    result.Truncated |= lost;
                    return new Close { Exec = result };
                }

                stream.Pause(FollowEach);
            }
        }
        finally
        {
            foreach (int fd in files)
                _ = Libc.Close(fd);
        }
    }

    private static int Open(string folder, string name)
    {
        int fd = Libc.Open($"{folder}/{name}", Flags.ReadOnly | Flags.CloseOnExec, 0);
        return fd < 0 ? throw AgentException.Last($"the output of {folder}") : fd;
    }

    /// <summary>How it ended; null while it runs. One whose supervisor was killed has ended in a way that nobody knows.</summary>
    private static ExecResult? Result(string folder)
    {
        string[]? words = FileDescriptor.ReadText($"{folder}/exit")?.Split(' ');
        if (words is { Length: 3 } && int.TryParse(words[0], out int code) && int.TryParse(words[1], out int signal) && ulong.TryParse(words[2], out ulong duration))
            return new ExecResult { ExitCode = code, Signal = signal == 0 ? "" : Signals.NameOf(signal), DurationMs = (uint)Math.Min(duration, uint.MaxValue) };
        int process = ProcessOf(folder);
        return process > 0 && Libc.Kill(process, 0) < 0 && !File.Exists($"{folder}/exit") ? new ExecResult { ExitCode = -1, Truncated = true } : null;
    }

    private static int ProcessOf(string folder) =>
        int.TryParse(FileDescriptor.ReadText($"{folder}/pid"), NumberStyles.None, CultureInfo.InvariantCulture, out int process) ? process : 0;

    private static ulong SizeOf(string path)
    {
        try
        {
            return FileDescriptor.Facts(Flags.CurrentFolder, path, follow: false).Size;
        }
        catch (AgentException)
        {
            return 0;
        }
    }

    private static ulong Age(string folder)
    {
        try
        {
            Libc.FileFacts facts = FileDescriptor.Facts(Flags.CurrentFolder, $"{folder}/out", follow: false);
            return (ulong)Math.Max(0, Machine.Clock.NowUnixMs() - (facts.ModifiedSeconds * 1000));
        }
        catch (AgentException)
        {
            return 0;
        }
    }

    private IEnumerable<string> Ids()
    {
        int fd = Libc.Open(Root, Flags.ReadOnly | Flags.CloseOnExec | Flags.Directory, 0);
        return fd < 0 ? [] : FileDescriptor.Names(fd).Where(IsName).Order(StringComparer.Ordinal);
    }

    private string FolderOf(string id) => IsName(id) && Directory.Exists($"{Root}/{id}") ? $"{Root}/{id}"
        : throw new AgentException(Code.NotFound, $"there is no detached program '{id}'");

    private static bool IsName(string id) => id.Length is > 0 and <= 64 && id.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
