using LibvirtSharp.Xdr;

namespace LibvirtSharp.Rpc;

/// <summary>The open streams of one channel, by the serial of the call that opened them.</summary>
internal sealed class StreamTable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<uint, IStreamSink?> _streams = [];

    public int Count
    {
        get
        {
            lock (_gate)
                return _streams.Values.Count(sink => sink is not null);
        }
    }

    public void Add(uint serial, IStreamSink sink)
    {
        lock (_gate)
            _streams.Add(serial, sink);
    }

    /// <summary>Keeps the serial, as the server may have sent more on it, but nothing is delivered.</summary>
    public void Forget(uint serial)
    {
        lock (_gate)
        {
            if (_streams.ContainsKey(serial))
                _streams[serial] = null;
        }
    }

    /// <param name="header">The message's header.</param>
    /// <param name="receiver">Holds the message.</param>
    public ValueTask Receive(MessageHeader header, MessageReceiver receiver)
    {
        IStreamSink? sink;
        lock (_gate)
        {
            if (!_streams.TryGetValue(header.Serial, out sink))
                throw new XdrException($"A stream has serial {header.Serial}, which no call has.");
        }
        if (sink is null)
            return default;
        switch (header.Status, header.Type)
        {
            case (MessageStatus.Error, _):
                Forget(header.Serial);
                var reader = new XdrReader(receiver.Message[MessageHeader.SizeAfterLength..]);
                sink.Failed(RemoteErrorReader.Read(ref reader, Programs.Name(header.Program, header.Procedure)));
                return default;
            case (MessageStatus.Ok, MessageType.Stream):
                Forget(header.Serial);
                sink.Finished();
                return default;
            case (MessageStatus.Continue, MessageType.StreamHole):
                var hole = new XdrReader(receiver.Message[MessageHeader.SizeAfterLength..]);
                long length = hole.Hyper();
                hole.UInt();
                hole.End();
                if (length < 0)
                    throw new XdrException($"A hole is {length} bytes long.");
                return length == 0 ? default : sink.ReceiveAsync(new StreamPiece(null, 0, 0, length));
            case (MessageStatus.Continue, MessageType.Stream):
                return sink.ReceiveAsync(receiver.TakePiece());
            default:
                throw new XdrException($"A stream's message has status {(int)header.Status}.");
        }
    }

    public void Close(LibvirtException reason)
    {
        IStreamSink?[] sinks;
        lock (_gate)
        {
            sinks = [.. _streams.Values];
            _streams.Clear();
        }
        foreach (IStreamSink? sink in sinks)
            sink?.Failed(LibvirtException.ConnectionLost("stream", reason));
    }
}
