using System.Buffers.Binary;
using System.Net.Sockets;
using LibvirtSharp.Protocol;
using LibvirtSharp.Rpc;
using LibvirtSharp.Xdr;

namespace LibvirtSharp.Tests.Support;

/// <summary>One client's connection to the <see cref="FakeServer"/>.</summary>
internal sealed class FakeSession(FakeServer server, Socket socket)
{
    private readonly NetworkStream _stream = new(socket, ownsSocket: true);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _writing = new(1, 1);

    /// <summary>What the client sent on its streams: status and data.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<(MessageHeader Header, byte[] Payload)> StreamMessages { get; } = new();

    /// <summary>Completes when the client or the test has closed it.</summary>
    public Task Ended => _ended.Task;

    public void Close() => socket.Dispose();

    public async Task RunAsync()
    {
        try
        {
            while (true)
            {
                byte[] length = new byte[4];
                await _stream.ReadExactlyAsync(length);
                byte[] message = new byte[BinaryPrimitives.ReadInt32BigEndian(length) - 4];
                await _stream.ReadExactlyAsync(message);
                MessageHeader header = MessageHeader.Read(message);
                byte[] payload = message[24..];
                if (header.Program == Programs.KeepAlive)
                    server.KeepAlives.Enqueue(header.Procedure);
                else if (header.Type is MessageType.Stream or MessageType.StreamHole)
                    StreamMessages.Enqueue((header, payload));
                else
                    await server.HandleAsync(new FakeCall(this, header, payload));
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or SocketException)
        {
            // The client or the test closed it.
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    public Task SendAsync(MessageHeader header, Action<XdrWriter>? payload = null) => SendRawAsync(Message(header, payload));

    public static byte[] Message(MessageHeader header, Action<XdrWriter>? payload = null)
    {
        var writer = new XdrWriter();
        writer.Reset(header.Program, header.Procedure, MessageHeader.Size);
        payload?.Invoke(writer);
        header.Write(writer.Written);
        return writer.Written.ToArray();
    }

    public async Task SendRawAsync(ReadOnlyMemory<byte> bytes)
    {
        await _writing.WaitAsync();
        try
        {
            await _stream.WriteAsync(bytes);
        }
        finally
        {
            _writing.Release();
        }
    }

    public Task SendEventAsync(RemoteProcedure procedure, Action<XdrWriter> payload) =>
        SendAsync(new MessageHeader(Programs.Remote, 1, (int)procedure, MessageType.Message, 0, MessageStatus.Ok), payload);

    /// <summary>A domain's lifecycle event as the protocol has it.</summary>
    public Task SendLifecycleAsync(int callbackId, string domain, DomainEventType type) => SendEventAsync(
        RemoteProcedure.DomainEventCallbackLifecycle,
        w =>
        {
            w.Int(callbackId);
            new DomainRef { Name = domain, Uuid = Guid.Empty, Id = -1 }.Write(w);
            w.Int((int)type);
            w.Int(0);
        });
}
