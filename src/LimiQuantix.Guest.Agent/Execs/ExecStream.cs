using System.Globalization;
using System.Text;
using Google.Protobuf;
using LimiQuantix.Guest.Agent.Loop;
using LimiQuantix.Guest.Agent.Native;
using LimiQuantix.Guest.Agent.Sessions;
using LimiQuantix.Guest.Protos;
using LimiQuantix.Guest.Wire;

namespace LimiQuantix.Guest.Agent.Execs;

/// <summary>A program that lives as long as its stream: started, fed, read and ended, all on the loop.</summary>
internal sealed unsafe partial class ExecStream(AgentSession session, uint id, uint window, ExecRequest request, uint timeout) : AgentStream(session, id, window)
{
    private const int InputWindow = 64 * 1024;
    private const int Grace = 5000;
    private const int DrainTick = 1000;
    private const int MaxDrainTicks = 10;

    private readonly EventLoop _loop = session.Loop;
    private readonly Output[] _outputs = [new(1), new(2)];
    private readonly Queue<byte[]> _input = new();
    private readonly StringBuilder _report = new();
    private EventLoop.Watch? _inputWatch;
    private EventLoop.Watch? _reportWatch;
    private EventLoop.Timer? _deadline;
    private int _firstAt;
    private bool _inputEnded;
    private bool _isTerminal;
    private int _process;
    private long _began;
    private bool _isScoped;
    private bool _isStarted;
    private bool _isEnding;
    private ExecResult? _result;
    private bool _timedOut;
    private bool _held;
    private int _drainTicks;
    private Status? _failed;

    public void Start()
    {
        try
        {
            Command command = Command.Of(request);
            if (request.Detached)
            {
                // It has a supervisor that outlives the agent; from here its files are read.
                var stream = new WorkStream(Session, Id, Window, s => Session.Server.Verbs.Detached.Start(s, request, command));
                Session.Replace(this, stream);
                stream.Start();
                return;
            }

            Spawn(command);
        }
        catch (AgentException e)
        {
            Release();
            Close(new Close { Status = e.ToStatus() });
        }
    }

    /// <summary>Sets what is waited for: outputs only while the host gives credit for them.</summary>
    public void Prepare()
    {
        foreach (Output output in _outputs)
        {
            if (output.Watch is not null)
                output.Watch.Events = Affordable(output.Channel) > 0 && Session.Outbox.HasRoom ? Flags.PollIn : (short)0;
        }

        if (_inputWatch is not null)
            _inputWatch.Events = _input.Count > 0 ? Flags.PollOut : (short)0;
    }

    public override void OnData(ReadOnlySpan<byte> bytes)
    {
        if (_inputWatch is null || _inputEnded)
        {
            // Nobody reads it; the sender goes on.
            Grant(FrameHeader.Size + bytes.Length);
            return;
        }

        if (_input.Sum(b => b.Length + FrameHeader.Size) + bytes.Length > InputWindow)
        {
            OnCancel(new Status { Code = Code.Invalid, Message = "more was sent than there was credit for" });
            return;
        }

        _input.Enqueue(bytes.ToArray());
        WriteInput();
    }

    public override void OnEnd()
    {
        _inputEnded = true;
        if (_inputWatch is null)
            return;
        // A terminal's end of file is a character.
        if (_isTerminal)
            _input.Enqueue([4]);
        WriteInput();
    }

    public override void OnNotice(Notice notice)
    {
        if (notice.Signal is { } signal && Signals.NumberOf(signal.Name) is { } number && _process > 0 && _result is null)
            ProcessTree.Signal(_process, number);
        else if (notice.Resize is { } size && _isTerminal)
            Resize(size);
        else
            base.OnNotice(notice);
    }

    public override void OnCancel(Status why)
    {
        _failed ??= why;
        EndProgram();
    }

    public override void OnSessionEnd()
    {
        base.OnSessionEnd();
        // Its outputs go nowhere any more.
        CloseOutputs();
        CloseInput();
        EndProgram();
    }

    private void Spawn(Command command)
    {
        _isScoped = Session.Server.Options.UseScopes;
        bool direct = command.User is null && request.Terminal is null && !_isScoped;
        List<int> inherited = [];
        try
        {
            string? terminal = request.Terminal is null ? null : OpenTerminal(request.Terminal);
            if (terminal is null)
            {
                inherited.Add(OpenInput());
                inherited.Add(OpenOutput(_outputs[0]));
                inherited.Add(OpenOutput(_outputs[1]));
            }
            else
            {
                for (int fd = 0; fd < 3; fd++)
                    inherited.Add(OpenNull());
            }

            _began = EventLoop.Now;
            int error;
            if (direct)
            {
                (string? path, error) = Spawner.Resolve(command.Arguments[0], command.Environment, command.Directory);
                if (path is not null)
                    error = Spawner.Start(path, command.Arguments, command.Environment, command.Directory, inherited.ToArray(), out _process);
                if (error != 0)
                    throw Failure(error, command);
            }
            else
            {
                (int read, int write) = FileDescriptor.Pipe();
                inherited.Add(write);
                FileDescriptor.SetNonBlocking(read);
                _reportWatch = _loop.Add(read, Flags.PollIn, _ => ReadReport(command));
                IReadOnlyList<string> wrapped = command.Wrapped(
                    Session.Server.Options, "--child", terminal is null ? [] : ["--terminal", terminal], _isScoped ? $"limiquantix-exec-{Guid.NewGuid():N}" : null);
                error = Spawner.Start(wrapped[0], wrapped, command.Environment, null, inherited.ToArray(), out _process);
                if (error != 0)
                    throw new AgentException(error, wrapped[0]);
            }

            WatchForItsEnd();
            if (direct)
                Started();
        }
        finally
        {
            foreach (int fd in inherited)
                _ = Libc.Close(fd);
        }
    }

    private static AgentException Failure(int error, Command command) => error switch
    {
        Errno.NoEntry => new AgentException(Code.NotFound, $"there is no program or folder for '{command.Arguments[0]}' in '{command.Directory}' (a shell would end with 127)"),
        Errno.Access or Errno.NoExec => new AgentException(Code.NotExecutable, $"'{command.Arguments[0]}' is no program that can be run (a shell would end with 126)"),
        _ => new AgentException(error, command.Arguments[0]),
    };

    private void Started()
    {
        _isStarted = true;
        byte[] message = new Message { ExecStarted = new ExecStarted { ProcessId = (uint)_process, IsScoped = _isScoped } }.ToByteArray();
        SendAffordable(FrameType.Message, 0, message);
        if (_inputWatch is not null)
            Grant(InputWindow);
        if (timeout > 0)
        {
            _deadline = _loop.After((int)Math.Min(timeout, int.MaxValue), () =>
            {
                _timedOut = true;
                EndProgram();
            });
        }
    }

    private void ReadReport(Command command)
    {
        Span<byte> buffer = stackalloc byte[64];
        int read = FileDescriptor.Read(_reportWatch!.Fd, buffer);
        if (read < 0 && Errno.Last == Errno.Again)
            return;
        if (read > 0)
        {
            _report.Append(Encoding.ASCII.GetString(buffer[..read]));
            return;
        }

        CloseWatch(ref _reportWatch);
        string report = _report.ToString();
        int failed = report.IndexOf(ChildMode.Failed, StringComparison.Ordinal);
        if (failed >= 0 && int.TryParse(report.AsSpan(failed + 1).TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture, out int error))
            _failed ??= Failure(error, command).ToStatus();
        else if (!report.Contains(ChildMode.Ready, StringComparison.Ordinal))
            _failed ??= new Status { Code = Code.Failed, Message = "the program's launcher ended before it: systemd-run refused the scope, or the agent's own file is gone" };
        else
            Started();
        if (_result is not null)
            TryFinish();
    }

    private void WatchForItsEnd()
    {
        int fd = (int)Libc.SystemCall(Flags.PidFdOpen, _process, 0);
        if (fd < 0)
            throw AgentException.Last("a pidfd (Linux 5.3 is needed)");
        EventLoop.Watch? watch = null;
        watch = _loop.Add(fd, Flags.PollIn, _ =>
        {
            int status;
            if (Libc.Wait(_process, &status, 1) != _process)
                return;
            CloseWatch(ref watch);
            Ended(status);
        });
    }

    private void Ended(int status)
    {
        (int exitCode, int signal) = Spawner.Ended(status);
        _result = new ExecResult
        {
            ExitCode = exitCode,
            Signal = signal == 0 ? "" : Signals.NameOf(signal),
            TimedOut = _timedOut,
            DurationMs = (uint)Math.Min(EventLoop.Now - _began, uint.MaxValue),
        };
        _deadline?.Cancel();
        CloseInput();
        TryFinish();
        if (!IsOver)
            _ = _loop.After(DrainTick, Drain);
    }

    /// <summary>The program has ended, its outputs have not: something it started holds them. They are read as long as something comes.</summary>
    private void Drain()
    {
        if (IsOver)
            return;
        foreach (Output output in _outputs.Where(o => o.Watch is not null))
        {
            bool waitsForTheHost = output.Watch!.Events == 0;
            if (waitsForTheHost || (output.HasMoved && _drainTicks++ < MaxDrainTicks))
            {
                output.HasMoved = false;
                continue;
            }

            _held = true;
            CloseWatch(ref output.Watch);
            SendEnd(output.Channel);
        }

        TryFinish();
        if (!IsOver)
            _ = _loop.After(DrainTick, Drain);
    }

    private void TryFinish()
    {
        if (_result is null || IsOver || _reportWatch is not null || _outputs.Any(o => o.Watch is not null && _isStarted))
            return;
        CloseOutputs();
        _result.Truncated = _held;
        Close(_failed is not null ? new Close { Status = _failed, Exec = _result } : new Close { Status = new Status(), Exec = _result });
    }

    private void EndProgram()
    {
        if (_isEnding || _process == 0 || _result is not null)
            return;
        _isEnding = true;
        ProcessTree.Signal(_process, Signals.Terminate);
        // A stopped program hears nothing else.
        ProcessTree.Signal(_process, 18);
        _ = _loop.After(Grace, () =>
        {
            if (_result is null)
                ProcessTree.Signal(_process, Signals.Kill);
        });
    }

    /// <summary>A pipe or the terminal that the program writes to.</summary>
    private sealed class Output(byte channel)
    {
        public EventLoop.Watch? Watch;

        public byte Channel => channel;

        public bool HasMoved { get; set; }
    }
}
