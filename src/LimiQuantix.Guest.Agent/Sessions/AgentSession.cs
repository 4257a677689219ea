using Google.Protobuf;
using LimiQuantix.Guest.Agent.Execs;
using LimiQuantix.Guest.Agent.Loop;
using LimiQuantix.Guest.Protos;
using LimiQuantix.Guest.Wire;

namespace LimiQuantix.Guest.Agent.Sessions;

/// <summary>One session: the streams of one host, from its Hello to the next one's or to the host's end.</summary>
internal sealed class AgentSession(AgentServer server, uint tag)
{
    private const int MaxStreams = 256;
    private readonly Dictionary<uint, AgentStream> _streams = [];
    private uint _lastStream;

    public uint Tag => tag;

    public EventLoop Loop => server.Loop;

    public Workers Workers => server.Workers;

    public AgentServer Server => server;

    public Outbox Outbox { get; } = new(server.Loop);

    /// <summary>Whether a Hello of the same nonce only asks again.</summary>
    public bool IsFresh => _lastStream == 0;

    public bool IsIdle => _streams.Count == 0;

    /// <summary>Takes in a frame of this session.</summary>
    public void Receive(FrameHeader header, ReadOnlyMemory<byte> payload)
    {
        if (header.Type == FrameType.Ping && header.Stream == 0 && payload.Length == 8)
        {
            Outbox.Control(FrameHeader.Frame(FrameType.Pong, 0, tag, 0, payload.Span));
        }
        else if (header.Type == FrameType.Open)
        {
            Open(header.Stream, payload);
        }
        else if (header.Stream != 0 && _streams.TryGetValue(header.Stream, out AgentStream? stream))
        {
            Pass(stream, header, payload);
        }
        else if (header.Stream > _lastStream)
        {
            // A newer host's way to open a stream.
            Refuse(header.Stream, Code.Unimplemented, $"this agent knows no frames of type {(byte)header.Type}");
            _lastStream = header.Stream;
        }

        // What comes for a stream that has just ended crossed its Close.
    }

    public void Remove(AgentStream stream)
    {
        _streams.Remove(stream.Id);
        if (_streams.Count == 0)
            server.RestSoon();
    }

    /// <summary>A stream goes on as another.</summary>
    public void Replace(AgentStream former, AgentStream stream) => _streams[former.Id] = stream;

    /// <summary>Looks at each stream before the loop waits.</summary>
    public void Prepare()
    {
        foreach (AgentStream stream in _streams.Values)
            (stream as ExecStream)?.Prepare();
    }

    public void End()
    {
        foreach (AgentStream stream in _streams.Values.ToArray())
            stream.OnSessionEnd();
        _streams.Clear();
    }

    private void Open(uint id, ReadOnlyMemory<byte> payload)
    {
        if (id <= _lastStream)
            return;
        _lastStream = id;
        Request request;
        try
        {
            request = Request.Parser.ParseFrom(payload.Span);
        }
        catch (InvalidProtocolBufferException)
        {
            Refuse(id, Code.Invalid, "the request cannot be read");
            return;
        }

        if (_streams.Count >= MaxStreams)
        {
            Refuse(id, Code.Busy, $"{MaxStreams} calls run already");
            return;
        }

        AgentStream? stream;
        try
        {
            stream = server.Verbs.Begin(this, id, request);
        }
        catch (AgentException e)
        {
            Refuse(id, e.Code, e.Message);
            return;
        }

        _streams.Add(id, stream);
        if (request.TimeoutMs > 0 && request.VerbCase != Request.VerbOneofCase.Exec)
            _ = Loop.After((int)Math.Min(request.TimeoutMs, int.MaxValue), () => stream.OnCancel(new Status { Code = Code.Deadline, Message = "the call's time is up" }));
        if (stream is WorkStream work)
            work.Start();
        else
            (stream as ExecStream)?.Start();
    }

    private static void Pass(AgentStream stream, FrameHeader header, ReadOnlyMemory<byte> payload)
    {
        switch (header.Type)
        {
            case FrameType.Data:
                stream.OnData(payload.Span);
                break;
            case FrameType.End:
                stream.OnEnd();
                break;
            case FrameType.Credit:
                stream.OnCredit(header.Channel, payload.Span);
                break;
            case FrameType.Notice when payload.Length <= 1024:
                try
                {
                    stream.OnNotice(Notice.Parser.ParseFrom(payload.Span));
                }
                catch (InvalidProtocolBufferException)
                {
                    stream.OnCancel(new Status { Code = Code.Invalid, Message = "a notice that cannot be read" });
                }

                break;
            default:
                stream.OnCancel(new Status { Code = Code.Unimplemented, Message = $"this agent knows no frames of type {(byte)header.Type}" });
                break;
        }
    }

    private void Refuse(uint id, Code code, string message) =>
        Outbox.Control(FrameHeader.Frame(FrameType.Close, 0, tag, id, new Close { Status = new Status { Code = code, Message = message } }.ToByteArray()));
}
