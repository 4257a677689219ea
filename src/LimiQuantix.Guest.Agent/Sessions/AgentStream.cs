using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;
using LimiQuantix.Guest.Protos;
using LimiQuantix.Guest.Wire;

namespace LimiQuantix.Guest.Agent.Sessions;

/// <summary>One call's stream, seen from the guest. Its methods are the loop's, unless they say otherwise.</summary>
internal abstract class AgentStream(AgentSession session, uint id, uint window)
{
    private const long MaxCredit = 16 * 1024 * 1024;
    private readonly long[] _credit = [window, window, window];

    public uint Id => id;

    /// <summary>The credit that each channel began with.</summary>
    protected uint Window { get; } = window;

    protected AgentSession Session => session;

    /// <summary>Held around the credit and whatever a worker shares with the loop.</summary>
    protected object Guard { get; } = new();

    /// <summary>Whether its Close was sent, or its session is over.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Bytes of channel 0.</summary>
    public virtual void OnData(ReadOnlySpan<byte> bytes)
    {
    }

    /// <summary>No more bytes on channel 0.</summary>
    public virtual void OnEnd()
    {
    }

    public virtual void OnNotice(Notice notice)
    {
        if (notice.Cancel)
            OnCancel(new Status { Code = Code.Cancelled, Message = "cancelled by the host" });
    }

    /// <summary>The host or the clock wants it to end.</summary>
    public abstract void OnCancel(Status why);

    /// <summary>The session is over; nothing can be sent any more.</summary>
    public virtual void OnSessionEnd() => IsOver = true;

    public void OnCredit(byte channel, ReadOnlySpan<byte> payload)
    {
        if (payload.Length != 4 || channel >= _credit.Length)
            return;
        lock (Guard)
        {
            _credit[channel] = Math.Min(_credit[channel] + BinaryPrimitives.ReadUInt32LittleEndian(payload), MaxCredit);
            Monitor.PulseAll(Guard);
        }
    }

    /// <summary>The payload that may be sent now; 0 when none. Any thread.</summary>
    public int Affordable(byte channel)
    {
        lock (Guard)
        {
            long payload = _credit[channel] - FrameHeader.Size;
            return payload < 1024 ? 0 : (int)Math.Min(payload, FrameHeader.DataPayload);
        }
    }

    /// <summary>Sends bytes that <see cref="Affordable"/> allowed. Any thread.</summary>
    protected void SendAffordable(FrameType type, byte channel, ReadOnlySpan<byte> payload)
    {
        lock (Guard)
        {
            if (IsOver)
                return;
            _credit[channel] -= FrameHeader.Size + payload.Length;
        }

        Queue(type, channel, payload);
    }

    /// <summary>Whether a message of that size may be sent now.</summary>
    protected bool CanAfford(byte channel, int payload) => _credit[channel] >= FrameHeader.Size + payload;

    /// <summary>Says that a channel has no more bytes. Any thread.</summary>
    protected void SendEnd(byte channel)
    {
        if (!IsOver)
            Queue(FrameType.End, channel, []);
    }

    /// <summary>Lets the host send so many more bytes. Any thread.</summary>
    protected void Grant(int bytes)
    {
        byte[] credit = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(credit, bytes);
        if (!IsOver)
            session.Outbox.Control(FrameHeader.Frame(FrameType.Credit, 0, session.Tag, id, credit));
    }

    /// <summary>The last word of the stream.</summary>
    protected void Close(Close close)
    {
        if (IsOver)
            return;
        lock (Guard)
            IsOver = true;
        byte[] payload = close.ToByteArray();
        if (payload.Length > FrameHeader.MaxPayload)
            payload = new Close { Status = new Status { Code = Code.Limit, Message = $"the answer takes {payload.Length} bytes" } }.ToByteArray();
        Queue(FrameType.Close, 0, payload);
        session.Remove(this);
    }

    private void Queue(FrameType type, byte channel, ReadOnlySpan<byte> payload)
    {
        byte[] frame = ArrayPool<byte>.Shared.Rent(FrameHeader.Size + payload.Length);
        payload.CopyTo(frame.AsSpan(FrameHeader.Size));
        FrameHeader.Write(frame, type, channel, session.Tag, id, payload);
        session.Outbox.Data(frame, FrameHeader.Size + payload.Length);
    }

    protected void Close(Code code, string message) => Close(new Close { Status = new Status { Code = code, Message = message } });
}
