using System.Text;
using LimiQuantix.Guest.Agent.Native;

namespace LimiQuantix.Guest.Agent.Loop;

/// <summary>
/// The way to the host: a virtio-serial port (or, for tests, another terminal-like file, a unix socket or an open descriptor), never blocking. While no
/// host is there the port says "hung up" at every poll: it is then looked at ten times a second, and after a while once a second. A port is never
/// reopened for that, since closing drops what is queued; a socket is connected anew.
/// </summary>
internal sealed unsafe class Port : IDisposable
{
    private const int FirstPause = 100;
    private const int LastPause = 1000;

    private readonly EventLoop _loop;
    private readonly string _path;
    private readonly bool _isSocket;
    private readonly Func<Memory<byte>> _free;
    private readonly Action<int> _received;
    private readonly Action _connected;
    private readonly Action _lost;
    private EventLoop.Watch? _watch;
    private EventLoop.Timer? _pause;
    private bool _isHostThere;
    private bool _said;
    private int _pauseLength = FirstPause;

    /// <param name="loop">The loop it lives on.</param>
    /// <param name="path">A device, a socket, or <c>fd:N</c>.</param>
    /// <param name="free">Where received bytes go.</param>
    /// <param name="received">So many were put there.</param>
    /// <param name="connected">A host is there again.</param>
    /// <param name="lost">The host is gone.</param>
    public Port(EventLoop loop, string path, Func<Memory<byte>> free, Action<int> received, Action connected, Action lost)
    {
        _loop = loop;
        _path = path;
        _isSocket = IsSocket(path);
        _free = free;
        _received = received;
        _connected = connected;
        _lost = lost;
        Open();
    }

    /// <summary>Whether something waits to be written: the loop then waits for room.</summary>
    public bool WantsToWrite { get; set; }

    public bool IsOpen => _watch is not null;

    /// <summary>Writes what the port takes: at most 32 KiB at once. 0 when it takes nothing now.</summary>
    public int Write(ReadOnlySpan<byte> bytes)
    {
        if (_watch is null || !_isHostThere)
            return 0;
        int written = FileDescriptor.Write(_watch.Fd, bytes.Length > 32 * 1024 ? bytes[..(32 * 1024)] : bytes);
        if (written >= 0)
            return written;
        if (Errno.Last != Errno.Again)
            Lose();
        return 0;
    }

    /// <summary>Sets what is waited for.</summary>
    public void Prepare()
    {
        if (_watch is not null)
            _watch.Events = _pause is not null ? (short)0 : WantsToWrite && _isHostThere ? (short)(Flags.PollIn | Flags.PollOut) : Flags.PollIn;
    }

    public void Dispose() => CloseFile();

    private static bool IsSocket(string path)
    {
        if (path.StartsWith("fd:", StringComparison.Ordinal))
            return false;
        try
        {
            return (FileDescriptor.Facts(Flags.CurrentFolder, path, follow: true).Mode & 0xF000) == 0xC000;
        }
        catch (AgentException)
        {
            return false;
        }
    }

    private void Open()
    {
        int fd = _path.StartsWith("fd:", StringComparison.Ordinal) ? int.Parse(_path.AsSpan(3), System.Globalization.CultureInfo.InvariantCulture)
            : _isSocket || IsSocket(_path) ? Connect(_path)
            : Libc.Open(_path, Flags.ReadWrite | Flags.NonBlocking | Flags.CloseOnExec | Flags.NoTerminal, 0);
        if (fd < 0)
        {
            int error = Errno.Last;
            if (!_said)
                Log.Write($"the port {_path} cannot be opened: {Errno.NameOf(error)}{(error == Errno.Busy ? " (another agent holds it)" : "")}; trying on");
            _said = true;
            Pause(Open);
            return;
        }

        FileDescriptor.SetNonBlocking(fd);
        FileDescriptor.SetCloseOnExec(fd);
        _said = false;
        _watch = _loop.Add(fd, Flags.PollIn, Happened);
    }

    private static int Connect(string path)
    {
        int fd = Libc.Socket(1, 1 | Flags.CloseOnExec, 0);
        if (fd < 0)
            return fd;
        byte* address = stackalloc byte[110];
        new Span<byte>(address, 110).Clear();
        *(ushort*)address = 1;
        int length = Encoding.UTF8.GetBytes(path, new Span<byte>(address + 2, 107));
        if (Libc.Connect(fd, address, length + 3) == 0)
            return fd;
        _ = Libc.Close(fd);
        return -1;
    }

    private void Happened(short events)
    {
        if ((events & Flags.PollIn) != 0)
        {
            Receive();
        }
        else if ((events & (Flags.PollHangUp | Flags.PollError | Flags.PollInvalid)) != 0)
        {
            Lose();
            return;
        }

        if (_watch is not null && _pause is null && (events & Flags.PollHangUp) == 0)
            BeThere();
    }

    private void Receive()
    {
        // A few reads at a time: a read gives 4 KiB at most, and the other descriptors want their turn.
        for (int reads = 0; reads < 16 && _watch is { IsRemoved: false }; reads++)
        {
            Memory<byte> free = _free();
            int read = FileDescriptor.Read(_watch.Fd, free.Span);
            if (read > 0)
            {
                BeThere();
                _received(read);
                continue;
            }

            if (read == 0 || Errno.Last != Errno.Again)
                Lose();
            return;
        }
    }

    private void BeThere()
    {
        _pauseLength = FirstPause;
        if (_isHostThere)
            return;
        _isHostThere = true;
        _connected();
    }

    private void Lose()
    {
        if (_isHostThere)
        {
            _isHostThere = false;
            _lost();
        }

        if (_isSocket)
        {
            CloseFile();
            Pause(Open);
        }
        else
        {
            Pause(() => { });
        }
    }

    private void Pause(Action then)
    {
        _pause?.Cancel();
        _pause = _loop.After(_pauseLength, () =>
        {
            _pause = null;
            then();
        });
        _pauseLength = Math.Min(_pauseLength * 2, LastPause);
    }

    private void CloseFile()
    {
        if (_watch is null)
            return;
        _loop.Remove(_watch);
        _ = Libc.Close(_watch.Fd);
        _watch = null;
    }
}
