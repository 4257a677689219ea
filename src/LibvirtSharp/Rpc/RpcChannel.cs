using System.Diagnostics.CodeAnalysis;
using LibvirtSharp.Xdr;
using Microsoft.Extensions.Logging;

namespace LibvirtSharp.Rpc;

/// <summary>
/// One physical connection to a libvirt daemon: calls by serial number, streams, keepalive. It lives once: whatever ends it fails
/// everything that waits and completes <see cref="Closed"/> with the reason.
/// </summary>
internal sealed class RpcChannel : IAsyncDisposable, IChannelSource
{
    /// <summary>From this many calls under way on, sending and receiving are done for several at once.</summary>
    private const int BusyCalls = 100;

    /// <summary>Messages that came together, which need no more to be waited for.</summary>
    private const int Many = 16;

    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(1);

    private readonly Stream _stream;
    private readonly MessageSender _sender;
    private readonly ChannelOptions _options;
    private readonly IMessageSink? _sink;
    private readonly CallTable _calls;
    private readonly StreamTable _streams = new();
    private readonly KeepAlive _keepAlive;
    private readonly TaskCompletionSource<LibvirtException> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _receiving = Task.CompletedTask;
    private PendingCall? _decoded;
    private int _ended;

    public RpcChannel(Stream stream, ChannelOptions options, IMessageSink? sink = null)
    {
        _stream = stream;
        _options = options;
        _sink = sink;
        _sender = new MessageSender(stream, error => End(Lost(error)));
        _calls = new CallTable(options.TimeProvider);
        _keepAlive = new KeepAlive(options, SendKeepAlive, () => End(new LibvirtException(
            LibvirtErrorCode.NoConnect, LibvirtErrorDomain.Rpc, "The server did not answer keepalive messages.") { IsTransient = true }));
    }

    /// <summary>Completes, never faults, when the connection has ended, with the reason.</summary>
    public Task<LibvirtException> Closed => _closed.Task;

    /// <summary>What calls that read typed parameters add to their flags; only some drivers know strings among them.</summary>
    public uint TypedParameterFlags { get; set; }

    public int StreamBufferBytes => _options.StreamBufferBytes;

    /// <summary>Calls whose reply is awaited, and streams that are open.</summary>
    public int Outstanding => _calls.Count + _streams.Count;

    RpcChannel IChannelSource.Channel => this;

    public void Start() => _receiving = ReceiveAsync();

    public void StartKeepAlive() => _keepAlive.Start();

    Task<RpcChannel> IChannelSource.OpenStreamChannelAsync(CancellationToken cancellationToken) =>
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
        await _sender.WaitForRoomAsync(cancellationToken).ConfigureAwait(false);
        XdrWriter writer = XdrWriterPool.Rent(header.Program, header.Procedure);
        writer.Raw(payload.Span);
        header.Write(writer.Written);
        _sender.TryEnqueue(writer.Written);
        XdrWriterPool.Return(writer);
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
        _stream.Dispose();
        _calls.Close(reason);
        _streams.Close(reason);
        LibvirtLog.ChannelEnded(_options.Logger, reason.Message);
    }

    /// <summary>Closes the socket and waits for the receiving loop to be gone.</summary>
    public async ValueTask DisposeAsync()
    {
        End(new LibvirtException(LibvirtErrorCode.NoConnect, LibvirtErrorDomain.Rpc, "It was disposed.") { IsTransient = false });
        await _receiving.ConfigureAwait(false);
    }

    private bool IsBusy => _calls.Count >= BusyCalls;

    private static bool Nothing(ref XdrReader reader) => true;

    private static LibvirtException Lost(Exception error) => error as LibvirtException ?? new LibvirtException(
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
        bool sent = _sender.TryEnqueue(writer.Written, IsBusy);
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

    private async Task ReceiveAsync()
    {
        using var receiver = new MessageReceiver(_options.MaxMessageBytes);
        try
        {
            // Disposing the stream ends a read that waits. No token: registering it would cost every read.
            while (await new ReadThenPublish(_stream.ReadAsync(receiver.Space(), CancellationToken.None), TakeDecoded()) is > 0 and int count)
            {
                receiver.Received(count);
                _keepAlive.Heard();
                int messages = 0;
                while (true)
                {
                    ValueTask room = DispatchNext(receiver, out bool any);
                    if (!any)
                        break;
                    messages++;
                    // Whoever makes room may wait for the reply that was read before.
                    if (!room.IsCompletedSuccessfully)
                        TakeDecoded()?.Publish(inline: false);
                    await room.ConfigureAwait(false);
                }
                // With many calls under way the daemon is what limits them: letting some replies gather costs no call time it
                // would not have waited anyway, and saves a wake-up and a system call for each.
                if (IsBusy && messages < Many)
                {
                    TakeDecoded()?.Publish(inline: false);
                    await Task.Delay(Gathering).ConfigureAwait(false);
                }
            }
            throw new EndOfStreamException(receiver.IsMidMessage ? "The server closed it in the middle of a message." : "The server closed it.");
        }
        catch (XdrException error)
        {
            TakeDecoded()?.Publish(inline: false);
            End(LibvirtException.Protocol($"The server sent a message that is none of the protocol's: {error.Message}", error));
        }
        catch (Exception error)
        {
            TakeDecoded()?.Publish(inline: false);
            End(Lost(error));
        }
    }

    /// <summary>The last reply that was read, if its caller has not got it yet.</summary>
    private PendingCall? TakeDecoded()
    {
        PendingCall? call = _decoded;
        _decoded = null;
        return call;
    }

    private ValueTask DispatchNext(MessageReceiver receiver, out bool any)
    {
        any = receiver.TryRead(out ReadOnlySpan<byte> message);
        return any ? Dispatch(message) : default;
    }

    private ValueTask Dispatch(ReadOnlySpan<byte> message)
    {
        MessageHeader header = MessageHeader.Read(message);
        ReadOnlySpan<byte> payload = message[(MessageHeader.Size - 4)..];
        if (header.Version != Programs.Version)
            throw new XdrException($"Program {header.Program:x} has version {header.Version}.");
        if (header.Program == Programs.KeepAlive)
            KeepAliveMessage(header);
        else if (header.Program is not (Programs.Remote or Programs.Qemu))
            throw new XdrException($"Program {header.Program:x} is unknown.");
        else if (header.Type == MessageType.Reply)
            Reply(header, payload);
        else if (header.Type == MessageType.ReplyWithDescriptors && payload.Length >= 4)
            Reply(header, payload[4..]); // The count of descriptors comes first; they follow the message.
        else if (header.Type == MessageType.Message)
            Event(header, payload);
        else if (header.Type is MessageType.Stream or MessageType.StreamHole)
            return _streams.Receive(header, payload);
        else
            throw new XdrException($"A message of type {(int)header.Type} is not for a client.");
        return default;
    }

    private void KeepAliveMessage(MessageHeader header)
    {
        if (header.Type != MessageType.Message || header.Procedure is not (Programs.KeepAlivePing or Programs.KeepAlivePong))
            throw new XdrException($"Keepalive procedure {header.Procedure} of type {(int)header.Type} is unknown.");
        if (header.Procedure == Programs.KeepAlivePing)
            SendKeepAlive(Programs.KeepAlivePong);
    }

    private void Reply(MessageHeader header, ReadOnlySpan<byte> payload)
    {
        if (!_calls.TryTake(header.Serial, out PendingCall? call))
        {
            if (!_calls.WasAbandoned(header.Serial))
                throw new XdrException($"A reply has serial {header.Serial}, which no call has.");
            return;
        }
        string name = Programs.Name(call.Program, call.Procedure);
        try
        {
            if (call.Program != header.Program || call.Procedure != header.Procedure)
                throw new XdrException($"The reply to {name} is one to {Programs.Name(header.Program, header.Procedure)}.");
            var reader = new XdrReader(payload);
            switch (header.Status)
            {
                case MessageStatus.Ok:
                    call.Decode(ref reader);
                    TakeDecoded()?.Publish(inline: false);
                    _decoded = call;
                    break;
                case MessageStatus.Error:
                    _streams.Forget(header.Serial);
                    call.Fail(RemoteErrorReader.Read(ref reader, name));
                    break;
                default:
                    throw new XdrException($"A reply has status {(int)header.Status}.");
            }
        }
        catch (Exception error)
        {
            // The caller learns it first-hand; the loop ends the connection.
            call.Fail(LibvirtException.Protocol($"The server's answer to {name} cannot be read: {error.Message}", error));
            throw;
        }
    }

    private void Event(MessageHeader header, ReadOnlySpan<byte> payload)
    {
        var reader = new XdrReader(payload);
        object? message = header.Program == Programs.Remote
            ? Protocol.RemoteProgram.ReadMessage(header.Procedure, ref reader)
            : Protocol.QemuProgram.ReadMessage(header.Procedure, ref reader);
        if (message is null)
        {
            // A newer daemon's event; the protocol only ever adds.
            LibvirtLog.UnknownEvent(_options.Logger, header.Procedure);
            return;
        }
        reader.End();
        _sink?.Receive(message);
    }
}
