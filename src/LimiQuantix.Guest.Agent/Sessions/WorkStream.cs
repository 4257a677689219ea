using System.Buffers;
using Google.Protobuf;
using LimiQuantix.Guest.Protos;
using LimiQuantix.Guest.Wire;

namespace LimiQuantix.Guest.Agent.Sessions;

/// <summary>A stream whose verb runs straight on a worker thread: it reads, computes and sends, and waits where it must.</summary>
internal sealed class WorkStream(AgentSession session, uint id, uint window, Func<WorkStream, Close> work) : AgentStream(session, id, window)
{
    private const int InputWindow = 256 * 1024;
    private readonly Queue<(byte[] Rented, int Length)> _input = new();
    private int _inputTaken;
    private int _firstAt;
    private int _owed;
    private bool _inputEnded;
    private Status? _cancelled;

    /// <summary>Set by a verb that watches for the end itself.</summary>
    public bool IsCancelled => Volatile.Read(ref _cancelled) is not null || IsOver;

    public void Start()
    {
        if (!Session.Workers.TryRun(Run))
            Close(Code.Busy, "too many calls wait in the agent");
    }

    public override void OnData(ReadOnlySpan<byte> bytes)
    {
        lock (Guard)
        {
            _inputTaken += FrameHeader.Size + bytes.Length;
            if (_inputTaken > InputWindow)
            {
                _cancelled ??= new Status { Code = Code.Invalid, Message = "more was sent than there was credit for" };
            }
            else if (bytes.Length > 0)
            {
                byte[] rented = ArrayPool<byte>.Shared.Rent(bytes.Length);
                bytes.CopyTo(rented);
                _input.Enqueue((rented, bytes.Length));
            }

            Monitor.PulseAll(Guard);
        }
    }

    public override void OnEnd()
    {
        lock (Guard)
        {
            _inputEnded = true;
            Monitor.PulseAll(Guard);
        }
    }

    public override void OnCancel(Status why)
    {
        lock (Guard)
        {
            _cancelled ??= why;
            Monitor.PulseAll(Guard);
        }
    }

    public override void OnSessionEnd()
    {
        base.OnSessionEnd();
        OnCancel(new Status { Code = Code.Cancelled });
    }

    /// <summary>For the worker: lets the host begin to send.</summary>
    public void AcceptInput() => Grant(InputWindow);

    /// <summary>For the worker: the next bytes; 0 after the last.</summary>
    public int Read(Span<byte> buffer)
    {
        int count;
        int grant = 0;
        lock (Guard)
        {
            while (_input.Count == 0 && !_inputEnded && _cancelled is null)
                Monitor.Wait(Guard);
            ThrowIfCancelled();
            if (!_input.TryPeek(out (byte[] Rented, int Length) first))
                return 0;
            count = Math.Min(buffer.Length, first.Length - _firstAt);
            first.Rented.AsSpan(_firstAt, count).CopyTo(buffer);
            _firstAt += count;
            if (_firstAt == first.Length)
            {
                _input.Dequeue();
                ArrayPool<byte>.Shared.Return(first.Rented);
                _firstAt = 0;
                _owed += FrameHeader.Size + first.Length;
                if (_owed >= InputWindow / 4)
                {
                    grant = _owed;
                    _inputTaken -= grant;
                    _owed = 0;
                }
            }
        }

        if (grant > 0)
            Grant(grant);
        return count;
    }

    /// <summary>For the worker: sends bytes as the host gives credit.</summary>
    public void Send(ReadOnlySpan<byte> bytes, byte channel = 0)
    {
        while (bytes.Length > 0)
        {
            int count = Math.Min(WaitForCredit(channel, Math.Min(bytes.Length, 1024)), bytes.Length);
            SendAffordable(FrameType.Data, channel, bytes[..count]);
            bytes = bytes[count..];
        }
    }

    /// <summary>For the worker: sends a message as the host gives credit.</summary>
    public void Send(Message message)
    {
        byte[] payload = message.ToByteArray();
        WaitForCredit(0, payload.Length);
        SendAffordable(FrameType.Message, 0, payload);
    }

    /// <summary>For the worker: a channel has no more.</summary>
    public void End(byte channel = 0) => SendEnd(channel);

    /// <summary>For the worker: waits, until it is cancelled.</summary>
    public void Pause(int milliseconds)
    {
        long end = Environment.TickCount64 + milliseconds;
        lock (Guard)
        {
            while (_cancelled is null && end - Environment.TickCount64 is > 0 and var left)
                Monitor.Wait(Guard, (int)left);
            ThrowIfCancelled();
        }
    }

    public void ThrowIfCancelled()
    {
        if (_cancelled is { } why)
            throw new AgentException(why.Code, why.Message);
    }

    private int WaitForCredit(byte channel, int least)
    {
        while (true)
        {
            lock (Guard)
            {
                ThrowIfCancelled();
                if (CanAfford(channel, least) && Session.Outbox.HasRoom)
                    return Math.Max(least, Affordable(channel));
                if (!CanAfford(channel, least))
                {
                    Monitor.Wait(Guard);
                    continue;
                }
            }

            Session.Outbox.WaitForRoom();
        }
    }

    private void Run()
    {
        Close close;
        try
        {
            ThrowIfCancelled();
            close = work(this);
            close.Status ??= new Status();
        }
        catch (AgentException e)
        {
            close = new Close { Status = e.ToStatus() };
        }
        catch (Exception e)
        {
            Log.Write($"a verb failed unexpectedly: {e}");
            close = new Close { Status = new Status { Code = Code.Failed, Message = $"{e.GetType().Name}: {e.Message}" } };
        }

        Session.Loop.Post(() => Close(close));
    }
}
