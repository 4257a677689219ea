using System.Buffers.Binary;
using Google.Protobuf;
using LimiQuantix.Guest.Agent.Loop;
using LimiQuantix.Guest.Protos;
using LimiQuantix.Guest.Wire;

namespace LimiQuantix.Guest.Agent.Sessions;

/// <summary>The agent: listens on its port for a Hello, says nothing before, and serves one session at a time.</summary>
internal sealed class AgentServer : IDisposable
{
    private const uint Version = 1;
    private const int StuckAfter = 500;
    private const int RestAfter = 3000;

    private readonly FrameReader _reader = new(FrameType.Hello);
    private readonly string _startId = Guid.NewGuid().ToString("N");
    private readonly Port _port;
    private AgentSession? _session;
    private byte[] _nonce = [];
    private EventLoop.Timer? _stuck;
    private EventLoop.Timer? _rest;

    public AgentServer(AgentOptions options)
    {
        Options = options;
        Policy = Policy.Load(options.Policy);
        Verbs = new Verbs(this);
        Loop.BeforeWait += Prepare;
        _port = new Port(Loop, options.Port, _reader.Free, Received, () => { }, Lost);
    }

    public AgentOptions Options { get; }

    public Policy Policy { get; private set; }

    public EventLoop Loop { get; } = new();

    public Workers Workers { get; } = new();

    public Verbs Verbs { get; }

    public void Run()
    {
        Log.Write($"limiquantix-guest-agent {Machine.SystemFacts.AgentVersion} on {Options.Port}");
        Loop.Run();
        _session?.End();
    }

    /// <summary>Ends <see cref="Run"/>; any thread.</summary>
    public void Stop() => Loop.Stop();

    public void Dispose()
    {
        _port.Dispose();
        Loop.Dispose();
    }

    /// <summary>Nothing runs any more: if that stays so, what the work took goes back to the guest.</summary>
    public void RestSoon()
    {
        _rest?.Cancel();
        _rest = Loop.After(RestAfter, () =>
        {
            _rest = null;
            if (_session is null or { IsIdle: true })
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        });
    }

    private void Received(int count)
    {
        _reader.Advance(count);
        while (!TryReadAll())
        {
            // What follows the bad frame may hold the next session's beginning already.
        }

        // In the midst of a frame: if its rest does not come, its sender may have died there and a new one begun.
        _stuck?.Cancel();
        _stuck = _reader is { IsMidFrame: true, IsHunting: false } ? Loop.After(StuckAfter, LookWhetherStuck) : null;
    }

    private bool TryReadAll()
    {
        try
        {
            while (_reader.TryRead(out FrameHeader header, out ReadOnlyMemory<byte> payload))
                Dispatch(header, payload);
            return true;
        }
        catch (FrameException e)
        {
            Forget($"{e.Message}; waiting for a new session");
            return false;
        }
    }

    private void LookWhetherStuck()
    {
        if (_reader.HuntIfStuck())
            Received(0);
    }

    private void Dispatch(FrameHeader header, ReadOnlyMemory<byte> payload)
    {
        if (header.Type == FrameType.Hello)
            Begin(payload);
        else if (_session is null || header.Session != _session.Tag)
            Forget("a frame of another session came");
        else if (header is { Type: FrameType.Goodbye, Stream: 0 })
            Forget(null);
        else
            _session.Receive(header, payload);
    }

    private void Begin(ReadOnlyMemory<byte> payload)
    {
        Hello hello;
        try
        {
            hello = Hello.Parser.ParseFrom(payload.Span);
        }
        catch (InvalidProtocolBufferException)
        {
            Forget("a Hello that cannot be read");
            return;
        }

        if (hello.Nonce.Length != 16)
        {
            Forget("a Hello without a nonce");
            return;
        }

        bool again = _session is { IsFresh: true } && hello.Nonce.Span.SequenceEqual(_nonce);
        if (!again)
        {
            _session?.End();
            _nonce = hello.Nonce.ToByteArray();
            _session = new AgentSession(this, BinaryPrimitives.ReadUInt32LittleEndian(_nonce));
            Policy = Policy.Load(Options.Policy);
            Log.Write($"a session of '{hello.Client}' begins");
        }

        _session!.Outbox.Control(FrameHeader.Frame(FrameType.Welcome, 0, _session.Tag, 0, Welcome(hello).ToByteArray()));
    }

    private Welcome Welcome(Hello hello)
    {
        Welcome welcome = new()
        {
            Nonce = hello.Nonce,
            Version = hello.MinVersion <= Version && hello.MaxVersion >= Version ? Version : 0,
            MaxPayload = FrameHeader.MaxPayload,
            AgentVersion = Machine.SystemFacts.AgentVersion,
            BootId = Machine.SystemFacts.BootId(),
            StartId = _startId,
        };
        foreach ((string group, string[] capabilities) in Verbs.Capabilities(Options))
            (Policy.Refuses(group) ? welcome.Refused : welcome.Capabilities).AddRange(capabilities);
        return welcome;
    }

    private void Lost()
    {
        Forget(null);
        _reader.Reset();
    }

    private void Forget(string? why)
    {
        if (why is not null && _session is not null)
            Log.Write($"the session ends: {why}");
        _session?.End();
        _session = null;
        _reader.Hunt();
    }

    private void Prepare()
    {
        _session?.Outbox.Write(_port);
        _session?.Prepare();
        if (_session is null)
            _port.WantsToWrite = false;
        _port.Prepare();
    }
}
