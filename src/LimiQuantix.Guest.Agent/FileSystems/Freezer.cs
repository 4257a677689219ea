using LimiQuantix.Guest.Agent.Execs;
using LimiQuantix.Guest.Agent.Loop;
using LimiQuantix.Guest.Agent.Native;
using LimiQuantix.Guest.Protos;

namespace LimiQuantix.Guest.Agent.FileSystems;

/// <summary>
/// Freeze and thaw. A thread of its own thaws when nobody does in time; it needs neither loop nor host, and touches no file but those that thaw. The
/// mark of a freeze lies on a file system in memory, so that <c>--thaw</c> (systemd's ExecStopPost) and the next start thaw after this agent was killed.
/// </summary>
internal sealed unsafe class Freezer
{
    private const int DefaultThaw = 10_000;
    private const int MostThaw = 60_000;
    private const string Mark = "frozen";

    private readonly AgentOptions _options;
    private readonly object _lock = new();
    private readonly List<(string Path, int Fd)> _frozen = [];
    private long _since;
    private long _until;
    private bool _lastThawedItself;
    private int _lastFrozenFor;
    private bool _runHooks;
    private int _freeze;

    public Freezer(AgentOptions options)
    {
        _options = options;
        // The agent that froze was killed: nobody else would thaw.
        if (ThawMarked(options.State) > 0)
            _lastThawedItself = true;
    }

    /// <summary>Frozen, or about to be.</summary>
    public bool IsFrozen { get; private set; }

    public FreezeResult Freeze(FreezeRequest request)
    {
        int thaw = request.AutoThawMs == 0 ? DefaultThaw : (int)Math.Clamp(request.AutoThawMs, 1000, MostThaw);
        lock (_lock)
        {
            if (IsFrozen)
                throw new AgentException(Code.Frozen, "the file systems are frozen already");
            IsFrozen = true;
            _freeze++;
            _runHooks = !request.NoHooks;
        }

        FreezeResult result = new() { AutoThawMs = (uint)thaw };
        try
        {
            StateFile.MakeFolder(_options.State);
            if (_runHooks && Hooks.Run(_options.Hooks, "freeze") is { Count: > 0 } errors)
                throw new AgentException(Code.Failed, $"a freeze hook failed: {string.Join("; ", errors)}");
            Log.IsSilent = true;
            _ = Libc.LockMemory(1 | 4);
            // The time runs from before the first: a file system whose freeze hangs must not keep the others frozen.
            lock (_lock)
            {
                _since = EventLoop.Now;
                _until = _since + thaw;
            }

            int freeze = _freeze;
            new Thread(() => Guard(freeze), 128 * 1024) { IsBackground = true, Name = "thaw", Priority = ThreadPriority.Highest }.Start();
            FreezeAll(request, result);
            return result;
        }
        catch
        {
            Thaw(itself: false);
            throw;
        }
    }

    public ThawResult Thaw()
    {
        lock (_lock)
        {
            if (!IsFrozen)
                return new ThawResult { ThawedItself = _lastThawedItself, FrozenMs = (uint)_lastFrozenFor };
        }

        (int count, List<string> errors) = Thaw(itself: false);
        ThawResult result = new() { FrozenMs = (uint)_lastFrozenFor, Thawed = (uint)count };
        result.HookErrors.AddRange(errors);
        return result;
    }

    public FreezeStatus Status()
    {
        lock (_lock)
        {
            FreezeStatus status = new() { IsFrozen = IsFrozen, FrozenMs = IsFrozen ? (uint)(EventLoop.Now - _since) : 0, LastThawedItself = _lastThawedItself };
            status.Frozen.AddRange(_frozen.Select(f => f.Path));
            return status;
        }
    }

    /// <summary>Thaws what a killed agent left frozen; how many file systems were.</summary>
    public static int ThawMarked(string state)
    {
        if (FileDescriptor.ReadText($"{state}/{Mark}") is not { } text)
            return 0;
        int thawed = 0;
        foreach (string path in text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Reverse())
        {
            int fd = Libc.Open(path, Flags.ReadOnly | Flags.Directory | Flags.CloseOnExec, 0);
            if (fd < 0)
                continue;
            while (Libc.Ioctl(fd, Flags.Thaw, null) == 0)
                thawed++;
            _ = Libc.Close(fd);
        }

        _ = Libc.UnlinkAt(Flags.CurrentFolder, $"{state}/{Mark}", 0);
        return thawed;
    }

    /// <summary>The last mount first: what is mounted on another file system, or lies in a file of it, freezes before it.</summary>
    private void FreezeAll(FreezeRequest request, FreezeResult result)
    {
        List<Mounts.Mount> mounts = Mounts.OnDisks();
        HashSet<string> wanted = new(request.Mounts, StringComparer.Ordinal);
        if (wanted.FirstOrDefault(w => mounts.All(m => m.Path != w)) is { } unknown)
            throw new AgentException(Code.NotFound, $"nothing that can be frozen is mounted at {unknown}");
        mounts.Reverse();
        foreach (Mounts.Mount mount in mounts.Where(m => wanted.Count == 0 || wanted.Contains(m.Path)))
        {
            if (mount.IsReadOnly)
            {
                result.Skipped.Add($"{mount.Path}: read-only");
                continue;
            }

            int fd = Libc.Open(mount.Path, Flags.ReadOnly | Flags.Directory | Flags.CloseOnExec, 0);
            if (fd < 0)
            {
                result.Skipped.Add($"{mount.Path}: {Errno.NameOf(Errno.Last)}");
                continue;
            }

            // Marked before it is frozen: a mark too many is harmless.
            StateFile.Write(_options.State, Mark, string.Join('\n', result.Frozen.Append(mount.Path)) + "\n");
            int error = Libc.Ioctl(fd, Flags.Freeze, null) == 0 ? 0 : Errno.Last;
            if (error == 0 && TryKeep(mount.Path, fd))
            {
                result.Frozen.Add(mount.Path);
                continue;
            }

            if (error == 0)
                _ = Libc.Ioctl(fd, Flags.Thaw, null);
            _ = Libc.Close(fd);
            if (error == 0)
                throw new AgentException(Code.Deadline, $"freezing {mount.Path} took longer than the file systems may be frozen");
            if (error is not (Errno.NotSupported or Errno.Busy))
                throw new AgentException(error, $"freezing {mount.Path}");
            result.Skipped.Add($"{mount.Path}: {(error == Errno.Busy ? "frozen by another" : "cannot be frozen")}");
        }
    }

    /// <summary>Takes a frozen file system into what will be thawed; false when the thaw came first.</summary>
    private bool TryKeep(string path, int fd)
    {
        lock (_lock)
        {
            if (IsFrozen)
                _frozen.Add((path, fd));
            return IsFrozen;
        }
    }

    private void Guard(int freeze)
    {
        lock (_lock)
        {
            while (IsFrozen && _freeze == freeze && _until - EventLoop.Now is > 0 and var left)
                Monitor.Wait(_lock, (int)Math.Min(left, int.MaxValue));
        }

        Thaw(itself: true, freeze);
    }

    private (int Count, List<string> Errors) Thaw(bool itself, int? freeze = null)
    {
        int count;
        lock (_lock)
        {
            if (!IsFrozen || (freeze ?? _freeze) != _freeze)
                return (0, []);
            count = _frozen.Count;
            for (int i = count - 1; i >= 0; i--)
            {
                _ = Libc.Ioctl(_frozen[i].Fd, Flags.Thaw, null);
                _ = Libc.Close(_frozen[i].Fd);
            }

            _frozen.Clear();
            _lastFrozenFor = _since == 0 ? 0 : (int)(EventLoop.Now - _since);
            _lastThawedItself = itself;
            _since = 0;
            IsFrozen = false;
            Monitor.PulseAll(_lock);
        }

        _ = Libc.UnlockMemory();
        Log.IsSilent = false;
        _ = Libc.UnlinkAt(Flags.CurrentFolder, $"{_options.State}/{Mark}", 0);
        if (itself)
            Log.Write("the file systems were thawed because nobody did in time");
        return (count, _runHooks ? Hooks.Run(_options.Hooks, "thaw") : []);
    }
}
