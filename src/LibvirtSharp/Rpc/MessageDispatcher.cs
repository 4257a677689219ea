using LibvirtSharp.Xdr;
using Microsoft.Extensions.Logging;

namespace LibvirtSharp.Rpc;

/// <summary>Brings each received message to what waits for it: calls, streams, keepalive, events.</summary>
internal sealed class MessageDispatcher(
    CallTable calls, StreamTable streams, Continuations continuations, Action<int> sendKeepAlive, IMessageSink? sink, ILogger logger)
{
    /// <param name="receiver">Holds the message it has just read.</param>
    /// <returns>A task to wait for before the next message is dispatched.</returns>
    /// <exception cref="XdrException">The message is none of the protocol's.</exception>
    public ValueTask Dispatch(MessageReceiver receiver)
    {
        ReadOnlySpan<byte> message = receiver.Message;
        MessageHeader header = MessageHeader.Read(message);
        ReadOnlySpan<byte> payload = message[MessageHeader.SizeAfterLength..];
        if (header.Version != Programs.Version)
            throw new XdrException($"Program {header.Program:x} has version {header.Version}.");
        if (header.Program == Programs.KeepAlive)
            KeepAlive(header);
        else if (header.Program is not (Programs.Remote or Programs.Qemu))
            throw new XdrException($"Program {header.Program:x} is unknown.");
        else if (header.Type == MessageType.Reply)
            Reply(header, payload);
        else if (header.Type == MessageType.ReplyWithDescriptors && payload.Length >= 4)
            Reply(header, payload[4..]); // The count of descriptors comes first; they follow the message.
        else if (header.Type == MessageType.Message)
            Event(header, payload);
        else if (header.Type is MessageType.Stream or MessageType.StreamHole)
            return streams.Receive(header, receiver);
        else
            throw new XdrException($"A message of type {(int)header.Type} is not for a client.");
        return default;
    }

    private void KeepAlive(MessageHeader header)
    {
        if (header.Type != MessageType.Message || header.Procedure is not (Programs.KeepAlivePing or Programs.KeepAlivePong))
            throw new XdrException($"Keepalive procedure {header.Procedure} of type {(int)header.Type} is unknown.");
        if (header.Procedure == Programs.KeepAlivePing)
            sendKeepAlive(Programs.KeepAlivePong);
    }

    private void Reply(MessageHeader header, ReadOnlySpan<byte> payload)
    {
        if (!calls.TryTake(header.Serial, out PendingCall? call))
        {
            if (!calls.WasAbandoned(header.Serial))
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
                    continuations.Add(call);
                    break;
                case MessageStatus.Error:
                    streams.Forget(header.Serial);
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
            LibvirtLog.UnknownEvent(logger, header.Procedure);
            return;
        }
        reader.End();
        sink?.Receive(message, payload.Length);
    }
}
