using System.Buffers.Binary;
using Google.Protobuf;
using LimiQuantix.Guest.Client;
using LimiQuantix.Guest.Protos;
using LimiQuantix.Guest.Wire;

namespace LimiQuantix.Guest;

/// <summary>
/// A session with the agent of one guest, over any byte stream that leads to its port: a unix socket of QEMU's, libvirt's channel, a
/// tunnel. The guest is not trusted: all it sends is bounded, and what breaks the protocol ends the session. Any number of calls may run
/// at once. <c>docs/guest-protocol.md</c> describes what is sent.
/// </summary>
public sealed partial class GuestSession : IAsyncDisposable
{
    private const int MaxStreams = 256;
    private const int LeastWindow = 16 * 1024;

    private readonly Stream _transport;
    private readonly FrameReader _reader;
    private readonly Outbox _outbox = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource<GuestException> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly Dictionary<uint, GuestStream> _streams = [];
    private readonly Dictionary<ulong, TaskCompletionSource> _pings = [];
    private Task _work = Task.CompletedTask;
    private uint _lastStream;
    private ulong _lastPing;
    private int _reserved;
    private int _pongsUnsent;
    private volatile GuestException? _reason;

    private GuestSession(Stream transport, GuestSessionOptions options, FrameReader reader, uint tag, GuestAgentDescription agent)
    {
        _transport = transport;
        Options = options;
        _reader = reader;
        Tag = tag;
        Agent = agent;
        Files = new GuestFiles(this);
        FileSystems = new GuestFileSystems(this);
        System = new GuestSystem(this);
        Processes = new GuestProcesses(this);
    }

    /// <summary>What the agent said of itself.</summary>
    public GuestAgentDescription Agent { get; }

    /// <summary>Programs: started, streamed, signalled, detached and found again.</summary>
    public GuestProcesses Processes { get; }

    /// <summary>Files and trees, in and out.</summary>
    public GuestFiles Files { get; }

    /// <summary>Freeze, thaw, trim and growth.</summary>
    public GuestFileSystems FileSystems { get; }

    /// <summary>Facts, telemetry, clock, passwords, keys, power.</summary>
    public GuestSystem System { get; }

    /// <summary>Ends with the reason when the session does; it never fails.</summary>
    public Task<GuestException> Ended => _ended.Task;

    internal GuestSessionOptions Options { get; }

    /// <summary>What marks this session's frames.</summary>
    internal uint Tag { get; }

    /// <summary>
    /// Begins a session. Whatever the pipe still holds of earlier ones is passed over; all streams of an earlier session die in the guest.
    /// </summary>
    /// <param name="transport">The stream; the session owns it from here on, also when this fails.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="GuestException">Nothing answered, or what answered is no agent that this version can speak with.</exception>
    public static async Task<GuestSession> ConnectAsync(Stream transport, GuestSessionOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transport);
        GuestSessionOptions valid = (options ?? new GuestSessionOptions()).Validated();
        try
        {
            GuestSession session = await Handshake.RunAsync(transport, valid, cancellationToken).ConfigureAwait(false);
            session.Start();
            return session;
        }
        catch
        {
            await transport.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Asks the agent for an answer and measures how long it takes.</summary>
    /// <exception cref="GuestException">The session is over, or the answer did not come within the call's time.</exception>
    public async Task<TimeSpan> PingAsync(CancellationToken cancellationToken = default)
    {
        long began = Options.TimeProvider.GetTimestamp();
        (ulong id, Task answered) = SendPing();
        try
        {
            await answered.WaitAsync(Options.CallTimeout, Options.TimeProvider, cancellationToken).ConfigureAwait(false);
            return Options.TimeProvider.GetElapsedTime(began);
        }
        catch (TimeoutException e)
        {
            throw new GuestException(GuestErrorCode.Silent, $"The agent did not answer a ping within {Options.CallTimeout.TotalSeconds:0.#} s.", e);
        }
        finally
        {
            lock (_lock)
                _pings.Remove(id);
        }
    }

    /// <summary>Ends the session and closes the stream. Programs that are not detached are ended by the agent.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_reason is null)
        {
            SendControl(FrameHeader.Frame(FrameType.Goodbye, 0, Tag, 0, []));
            // A guest that does not read must not keep the caller.
            await Task.WhenAny(_ended.Task, Task.Delay(TimeSpan.FromMilliseconds(200), Options.TimeProvider)).ConfigureAwait(false);
        }

        End(new GuestException(GuestErrorCode.SessionEnded, "The session was closed on this side."));
        await _work.ConfigureAwait(false);
    }

    internal static GuestSession Create(Stream transport, GuestSessionOptions options, FrameReader reader, uint tag, GuestAgentDescription agent) =>
        new(transport, options, reader, tag, agent);

    /// <summary>The failure of a session, thrown anew for another caller.</summary>
    internal static Exception Again(Exception error) =>
        error is GuestException guest ? new GuestException(guest.Code, guest.Message, guest) { Errno = guest.Errno } : error;

    internal static T Parse<T>(MessageParser<T> parser, ReadOnlyMemory<byte> payload) where T : class, IMessage<T>
    {
        try
        {
            return parser.ParseFrom(payload.Span);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw GuestException.Violation($"a payload that is no {typeof(T).Name}", e);
        }
    }

    /// <summary>Opens a stream with a request.</summary>
    /// <param name="request">What is asked; its window is set here.</param>
    /// <param name="channels">How many channels the agent will fill; 0 for a call whose answer is its Close.</param>
    internal GuestStream Open(Request request, int channels)
    {
        GuestStream stream;
        lock (_lock)
        {
            ThrowIfEnded();
            if (_streams.Count >= MaxStreams)
                throw new GuestException(GuestErrorCode.Busy, $"{MaxStreams} calls run in this session; wait for one to end.");
            int window = 0;
            if (channels > 0)
            {
                // Never more than an eighth of what is left: whoever comes later gets less, and not nothing.
                window = Math.Max(LeastWindow, Math.Min(Options.WindowBytes, (Options.MemoryBytes - _reserved) / (8 * channels)));
                if (_reserved + (window * channels) > Options.MemoryBytes)
                    throw new GuestException(GuestErrorCode.Busy, $"The streams of this session hold {Options.MemoryBytes} bytes already; wait for one to end.");
                _reserved += window * channels;
            }

            request.Window = (uint)window;
            stream = new GuestStream(this, ++_lastStream, window) { Reserved = window * channels };
            byte[] payload = request.ToByteArray();
            if (payload.Length > FrameHeader.MaxPayload)
            {
                _reserved -= stream.Reserved;
                throw new GuestException(GuestErrorCode.LimitExceeded, $"The request takes {payload.Length} bytes; at most {FrameHeader.MaxPayload} can be sent.");
            }

            _streams.Add(stream.Id, stream);
            _outbox.Control(FrameHeader.Frame(FrameType.Open, 0, Tag, stream.Id, payload));
        }

        return stream;
    }

    /// <summary>A call whose answer is its Close.</summary>
    internal async Task<Close> CallAsync(Request request, CancellationToken cancellationToken, TimeSpan? timeout = null) =>
        await CloseOfAsync(Open(Timed(request, timeout ?? Options.CallTimeout), 0), cancellationToken, timeout ?? Options.CallTimeout).ConfigureAwait(false);

    /// <summary>Waits for a stream's Close and throws what it says went wrong.</summary>
    internal async Task<Close> CloseOfAsync(GuestStream stream, CancellationToken cancellationToken, TimeSpan? timeout = null)
    {
        try
        {
            // The agent ends a call whose time is up; when even that does not come, it is silent.
            TimeSpan patience = timeout is { } t ? t + TimeSpan.FromSeconds(2) : Timeout.InfiniteTimeSpan;
            Close close = await stream.Closed.WaitAsync(patience, Options.TimeProvider, cancellationToken).ConfigureAwait(false);
            return close.Status is { Code: not Code.Ok } status ? throw GuestException.Of(status) : close;
        }
        catch (TimeoutException e)
        {
            stream.Notify(new Notice { Cancel = true });
            throw new GuestException(GuestErrorCode.Silent, $"The agent did not answer within {timeout!.Value.TotalSeconds:0.#} s.", e);
        }
        catch (OperationCanceledException)
        {
            stream.Notify(new Notice { Cancel = true });
            throw;
        }
        catch (GuestException e) when (e.Code == GuestErrorCode.SessionEnded || _reason is not null)
        {
            throw Again(e);
        }
    }

    internal static Request Timed(Request request, TimeSpan timeout)
    {
        request.TimeoutMs = (uint)Math.Clamp(timeout.TotalMilliseconds, 1, uint.MaxValue);
        return request;
    }

    internal void SendControl(ReadOnlyMemory<byte> frame)
    {
        if (_reason is null)
            _outbox.Control(frame);
    }

    internal async ValueTask SendDataAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ending.Token);
        try
        {
            await _outbox.DataAsync(frame, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            ThrowIfEnded();
            throw;
        }
    }

    internal void Grant(GuestStream stream, byte channel, int bytes)
    {
        if (stream.IsClosed)
            return;
        byte[] credit = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(credit, bytes);
        SendControl(FrameHeader.Frame(FrameType.Credit, channel, Tag, stream.Id, credit));
    }

    private void Start() => _work = Task.WhenAll(Task.Run(ReceiveAsync), Task.Run(WriteAsync), Task.Run(WatchAsync));

    private (ulong Id, Task Answered) SendPing()
    {
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        byte[] payload = new byte[8];
        ulong id;
        lock (_lock)
        {
            ThrowIfEnded();
            id = ++_lastPing;
            _pings.Add(id, answered);
            BinaryPrimitives.WriteUInt64LittleEndian(payload, id);
            _outbox.Control(FrameHeader.Frame(FrameType.Ping, 0, Tag, 0, payload));
        }

        return (id, answered.Task);
    }

    private void Remove(GuestStream stream)
    {
        lock (_lock)
        {
            if (_streams.Remove(stream.Id))
                _reserved -= stream.Reserved;
        }
    }

    private void End(GuestException reason)
    {
        List<GuestStream> streams;
        List<TaskCompletionSource> pings;
        lock (_lock)
        {
            if (_reason is not null)
                return;
            _reason = reason;
            streams = [.. _streams.Values];
            pings = [.. _pings.Values];
            _streams.Clear();
        }

        foreach (GuestStream stream in streams)
            stream.Finish(null, reason);
        foreach (TaskCompletionSource ping in pings)
        {
            ping.TrySetException(Again(reason));
            _ = ping.Task.Exception;
        }

        _ending.Cancel();
        _transport.Dispose();
        _ended.TrySetResult(reason);
    }

    private void ThrowIfEnded()
    {
        if (_reason is { } reason)
            throw Again(reason);
    }
}
