using LimiQuantix.Guest.Agent.Loop;
using LimiQuantix.Guest.Agent.Native;
using LimiQuantix.Guest.Protos;
using LimiQuantix.Guest.Wire;

namespace LimiQuantix.Guest.Agent.Execs;

/// <content>The program's pipes or its terminal: opened, read, written, closed.</content>
internal sealed unsafe partial class ExecStream
{
    private static int OpenNull()
    {
        int fd = Libc.Open("/dev/null", Flags.ReadWrite | Flags.CloseOnExec, 0);
        return fd < 0 ? throw AgentException.Last("/dev/null") : fd;
    }

    private int OpenInput()
    {
        if (request.NoStdin)
            return OpenNull();
        (int read, int write) = FileDescriptor.Pipe();
        FileDescriptor.SetNonBlocking(write);
        _inputWatch = _loop.Add(write, 0, InputHappened);
        return read;
    }

    private int OpenOutput(Output output)
    {
        (int read, int write) = FileDescriptor.Pipe();
        FileDescriptor.SetNonBlocking(read);
        output.Watch = _loop.Add(read, 0, _ => ReadOutput(output));
        return write;
    }

    private string OpenTerminal(TerminalSize size)
    {
        byte* name = stackalloc byte[64];
        int master = Libc.OpenTerminal(Flags.ReadWrite | Flags.NoTerminal | Flags.CloseOnExec);
        if (master < 0 || Libc.GrantTerminal(master) < 0 || Libc.UnlockTerminal(master) < 0 || Libc.NameTerminal(master, name, 64) != 0)
            throw AgentException.Last("a terminal");
        FileDescriptor.SetNonBlocking(master);
        _isTerminal = true;
        _outputs[0].Watch = _loop.Add(master, 0, _ => ReadOutput(_outputs[0]));
        int writer = Libc.Control(master, 1030, 3);
        _inputWatch = _loop.Add(writer, 0, InputHappened);
        Resize(size);
        return FileDescriptor.Text(name);
    }

    private void Resize(TerminalSize size)
    {
        ushort* window = stackalloc ushort[4];
        (window[0], window[1], window[2], window[3]) = ((ushort)Math.Min(size.Rows, 65535), (ushort)Math.Min(size.Columns, 65535), 0, 0);
        if (_outputs[0].Watch is { } master)
            _ = Libc.Ioctl(master.Fd, Flags.TerminalSize, window);
    }

    private void ReadOutput(Output output)
    {
        int most = Affordable(output.Channel);
        if (most == 0 || output.Watch is null)
            return;
        Span<byte> buffer = stackalloc byte[FrameHeader.DataPayload];
        int read = FileDescriptor.Read(output.Watch.Fd, buffer[..most]);
        if (read > 0)
        {
            output.HasMoved = true;
            SendAffordable(FrameType.Data, output.Channel, buffer[..read]);
            return;
        }

        // A terminal whose last user is gone answers EIO.
        if (read < 0 && Errno.Last == Errno.Again)
            return;
        CloseWatch(ref output.Watch);
        SendEnd(output.Channel);
        TryFinish();
    }

    private void InputHappened(short events)
    {
        if ((events & Flags.PollOut) != 0)
            WriteInput();
        else
            CloseInput();
    }

    private void WriteInput()
    {
        while (_inputWatch is not null && _input.TryPeek(out byte[]? first))
        {
            int written = FileDescriptor.Write(_inputWatch.Fd, first.AsSpan(_firstAt));
            if (written < 0)
            {
                if (Errno.Last != Errno.Again)
                    CloseInput();
                return;
            }

            _firstAt += written;
            if (_firstAt < first.Length)
                continue;
            _firstAt = 0;
            _input.Dequeue();
            Grant(FrameHeader.Size + first.Length);
        }

        if (_inputEnded && !_isTerminal)
            CloseInput();
    }

    private void CloseInput()
    {
        CloseWatch(ref _inputWatch);
        // What was not read any more is paid back, so that the sender is not left waiting.
        while (_input.TryDequeue(out byte[]? bytes))
            Grant(FrameHeader.Size + bytes.Length);
    }

    private void CloseOutputs()
    {
        foreach (Output output in _outputs)
            CloseWatch(ref output.Watch);
    }

    private void Release()
    {
        CloseInput();
        CloseOutputs();
        CloseWatch(ref _reportWatch);
    }

    private void CloseWatch(ref EventLoop.Watch? watch)
    {
        if (watch is null)
            return;
        _loop.Remove(watch);
        _ = Libc.Close(watch.Fd);
        watch = null;
    }
}
