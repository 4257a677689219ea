using System.Runtime.InteropServices;

namespace Netlink.Messages;

/// <summary>Goes through the messages of a datagram. Bytes that are no messages are an error, and nothing is read beyond them.</summary>
internal ref struct MessageReader(ReadOnlySpan<byte> datagram)
{
    private ReadOnlySpan<byte> _rest = datagram;

    /// <summary>The header of the message that was read last.</summary>
    public MessageHeader Header { get; private set; }

    /// <summary>What follows its header.</summary>
    public ReadOnlySpan<byte> Payload { get; private set; }

    /// <exception cref="NetlinkException">The rest of the datagram is no message.</exception>
    public bool Read()
    {
        if (_rest.IsEmpty)
            return false;
        if (_rest.Length < MessageHeader.Size)
            throw NetlinkException.Protocol($"A datagram ends with {_rest.Length} bytes, too few for a message's header.");
        MessageHeader header = MemoryMarshal.Read<MessageHeader>(_rest);
        if (header.Length < MessageHeader.Size || header.Length > (uint)_rest.Length)
            throw NetlinkException.Protocol($"A message says that it is {header.Length} bytes long, where {_rest.Length} are left.");
        Header = header;
        Payload = _rest[MessageHeader.Size..(int)header.Length];
        _rest = _rest[Math.Min(MessageHeader.Align((int)header.Length), _rest.Length)..];
        return true;
    }
}
