using System.Diagnostics.CodeAnalysis;
using LibvirtSharp.Protocol;
using LibvirtSharp.Transports;
using LibvirtSharp.Xdr;

namespace LibvirtSharp.Rpc;

/// <summary>
/// One physical connection to a libvirt daemon: calls by serial number, streams, keepalive. It lives once: whatever ends it fails
/// everything that waits and completes <see cref="Closed"/> with the reason.
/// </summary>
internal sealed class RpcChannel : IAsyncDisposable, IChannelSource
{
    /// <summary>How long a server may take to let a client go.</summary>
    private static readonly TimeSpan LongestLeave = TimeSpan.FromSeconds(1);

    private readonly Stream _stream;
    private readonly MessageSender _sender;
    private readonly ChannelOptions _options;
    private readonly CallTable _calls;
    private readonly StreamTable _streams = new();
    private readonly KeepAlive _keepAlive;
    private readonly TaskCompletionSource<LibvirtException> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly MessageDispatcher _dispatcher;
    private Task _receiving = Task.CompletedTask;
    private int _ended;
    private volatile bool _leaving;

    public RpcChannel(Stream stream, ChannelOptions options, IMessageSink? sink = null)
    {
        _stream = stream;
        _options = options;
        _sender = new MessageSender(stream, error => End(Lost(error)));
        Continuations = new Continuations(_sender, stream as LocalSocketStream);
        _calls = new CallTable(options.TimeProvider);
        _dispatcher = new MessageDispatcher(_calls, _streams, Continuations, SendKeepAlive, sink, options.Logger);
        _keepAlive = new KeepAlive(options, SendKeepAlive, () => End(new LibvirtException(
            LibvirtErrorCode.NoConnect, LibvirtErrorDomain.Rpc, "The server did not answer keepalive messages.") { IsTransient = true }));
    }

    /// <summary>Completes, never faults, when the connection has ended, with the reason.</summary>
    public Task<LibvirtException> Closed => _closed.Task;

    /// <summary>Whether the server has opened the driver and would be told goodbye.</summary>
    public bool IsOpen { get; set; }

    /// <summary>What calls that read typed parameters add to their flags; only some drivers know strings among them.</summary>
    public uint TypedParameterFlags { get; set; }

    public int StreamBufferBytes => _options.StreamBufferBytes;

    /// <summary>Calls whose reply is awaited, and streams that are open.</summary>
    public int Outstanding => _calls.Count + _streams.Count;

    RpcChannel IChannelSource.ChannelFor(XdrWriter call) => this;

    /// <summary>What its receiving loop has for callers and readers.</summary>
    public Continuations Continuations { get; }

    public void Start() =>
        _receiving = ReceiveAsync(new ReceiveLoop(_stream, _options.MaxMessageBytes, _dispatcher, _calls, _sender, Continuations, _keepAlive));

    public void StartKeepAlive() => _keepAlive.Start();

    Task<RpcChannel> IChannelSource.OpenStreamChannelAsync(TimeSpan timeout, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("A single channel opens no further one.");

    /// <summary>Sends a call and gives the task of its reply. Takes the writer over.</summary>
    public ValueTask<T> CallAsync<T>(XdrWriter writer, XdrRead<T> read, TimeSpan timeout, CancellationToken cancellationToken)
    {
        PendingCall<T> call = Send(writer, read, timeout, cancellationToken);
        return new ValueTask<T>(call, call.Version);
    }

    /// <summary>As <see cref="CallAsync"/>, for a call without a result.</summary>
    public ValueTask CallAsync(XdrWriter writer, TimeSpan timeout, CancellationToken cancellationToken)
    {
        PendingCall<bool> call = Send(writer, Nothing, timeout, cancellationToken);
        return new ValueTask(call, call.Version);
    }

    /// <summary>As <see cref="CallAsync"/>, for a call that opens a stream: its sink is in place before the first byte can come.</summary>
    public ValueTask<T> CallAsync<T>(
        XdrWriter writer, XdrRead<T> read, IStreamSink sink, out uint serial, TimeSpan timeout, CancellationToken cancellationToken)
    {
        PendingCall<T> call = Send(writer, read, timeout, cancellationToken, sink);
        serial = call.Serial;
        return new ValueTask<T>(call, call.Version);
    }

    /// <summary>Sends a message of a stream: data, a hole, its end.</summary>
    public async Task SendStreamAsync(MessageHeader header, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        await _sender.SendAsync(header, payload, cancellationToken).ConfigureAwait(false);
        if (_closed.Task.IsCompletedSuccessfully)
            throw LibvirtException.ConnectionLost(Programs.Name(header.Program, header.Procedure), await _closed.Task.ConfigureAwait(false));
    }

    /// <summary>No more is wanted of a stream; what the server still sends on it is dropped.</summary>
    public void ForgetStream(uint serial) => _streams.Forget(serial);

    /// <summary>Ends the connection. The first reason counts.</summary>
    public void End(LibvirtException reason)
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
            return;
        _closed.TrySetResult(reason);
        _keepAlive.Dispose();
        _sender.Close();
        // Before the stream, which may be a host's own: whoever waits does not wait for its disposal.
        _calls.Close(reason);
        _streams.Close(reason);
        try
        {
            _stream.Dispose();
        }
        catch (Exception error)
        {
            LibvirtLog.TransportNotClosed(_options.Logger, error.Message);
        }
        LibvirtLog.ChannelEnded(_options.Logger, reason.Message);
    }

    /// <summary>The reason of an end that was wanted: whoever tries again while it is transient must come to an end.</summary>
    public static LibvirtException Disposed() =>
        new(LibvirtErrorCode.NoConnect, LibvirtErrorDomain.Rpc, "It was disposed.") { IsTransient = false };

    /// <summary>Closes the socket and waits for the receiving loop to be gone. A server that is at leisure is told before.</summary>
    public async ValueTask DisposeAsync()
    {
        await TakeLeaveAsync().ConfigureAwait(false);
        End(Disposed());
        await _receiving.ConfigureAwait(false);
    }

    /// <summary>
    /// A daemon logs an error for every client that hangs up without a word. One that is at work for this client, or frozen, is not waited for.
    /// </summary>
    private async Task TakeLeaveAsync()
    {
        if (!IsOpen || Outstanding > 0 || _closed.Task.IsCompleted)
            return;
        _leaving = true;
        Task leave = new RemoteProgram(this, Timeout.InfiniteTimeSpan).ConnectCloseAsync(CancellationToken.None).AsTask();
        // It fails when the connection ends.
        _ = leave.ContinueWith(static task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        await leave.WaitAsync(LongestLeave).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static bool Nothing(ref XdrReader reader) => true;

    private LibvirtException Lost(Exception error) => _leaving ? Disposed() : error as LibvirtException ?? new LibvirtException(
        LibvirtErrorCode.NoConnect, LibvirtErrorDomain.Rpc, error is EndOfStreamException ? error.Message : $"The socket failed: {error.Message}", error);

    [SuppressMessage("Reliability", "CA2000", Justification = "The registration is disposed with the call's result.")]
    private PendingCall<T> Send<T>(XdrWriter writer, XdrRead<T> read, TimeSpan timeout, CancellationToken cancellationToken, IStreamSink? sink = null)
    {
        cancellationToken.ThrowIfCancellationRequested();
        PendingCall<T> call = PendingCall<T>.Rent(this, writer, read, timeout);
        if (!_calls.TryAdd(call, sink is null ? null : serial => _streams.Add(serial, sink)))
        {
            call.Fail(LibvirtException.ConnectionLost(Programs.Name(call.Program, call.Procedure), _calls.Reason!));
            return call;
        }
        uint serial = call.Serial;
        new MessageHeader(writer.Program, Programs.Version, writer.Procedure, MessageType.Call, serial, MessageStatus.Ok).Write(writer.Written);
        bool sent = _sender.TryEnqueue(writer.Written, patient: _calls.Count >= ReceiveLoop.BusyCalls);
        XdrWriterPool.Return(writer);
        if (!sent && _calls.TryTake(serial, out _))
        {
            call.Fail(new LibvirtException(LibvirtErrorCode.ResourceBusy, LibvirtErrorDomain.Rpc, "Too many unsent calls: the server reads none.")
            {
                Procedure = Programs.Name(call.Program, call.Procedure),
            });
        }
        else if (sent && cancellationToken.CanBeCanceled)
        {
            call.Registration = cancellationToken.UnsafeRegister(
                static (state, token) => ((PendingCall)state!).Channel?.Abandon((PendingCall)state, new OperationCanceledException(token)), call);
        }
        return call;
    }

    private void Abandon(PendingCall call, Exception error)
    {
        if (_calls.TryAbandon(call.Serial))
        {
            _streams.Forget(call.Serial);
            call.Fail(error);
        }
    }

    private void SendKeepAlive(int procedure)
    {
        Span<byte> message = stackalloc byte[MessageHeader.Size];
        new MessageHeader(Programs.KeepAlive, Programs.Version, procedure, MessageType.Message, 0, MessageStatus.Ok).Write(message);
        _sender.TryEnqueue(message);
    }

    private async Task ReceiveAsync(ReceiveLoop loop)
    {
        try
        {
            await loop.RunAsync().ConfigureAwait(false);
        }
        catch (XdrException error)
        {
            End(LibvirtException.Protocol($"The server sent a message that is none of the protocol's: {error.Message}", error));
        }
        catch (Exception error)
        {
            End(Lost(error));
        }
    }
}
