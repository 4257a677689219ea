using System.Buffers.Binary;
using LibvirtSharp.Xdr;

namespace LibvirtSharp.Rpc;

/// <summary>What every message begins with: its length (which counts itself) and the protocol's <c>virNetMessageHeader</c>.</summary>
internal readonly record struct MessageHeader(uint Program, uint Version, int Procedure, MessageType Type, uint Serial, MessageStatus Status)
{
    /// <summary>Length word and header.</summary>
    public const int Size = 28;

    /// <summary>The header alone.</summary>
    public const int SizeAfterLength = Size - 4;

    /// <summary>The longest message libvirt sends or takes, its length word counted.</summary>
    public const int MaxLength = 33554432 + 4;

    /// <summary>What one stream message carries at most; libvirt's own client keeps to it towards any daemon.</summary>
    public const int StreamPayload = 262120;

    public static MessageHeader Read(ReadOnlySpan<byte> afterLength)
    {
        var reader = new XdrReader(afterLength);
        return new MessageHeader(reader.UInt(), reader.UInt(), reader.Int(), (MessageType)reader.Int(), reader.UInt(), (MessageStatus)reader.Int());
    }

    public void Write(Span<byte> message)
    {
        BinaryPrimitives.WriteInt32BigEndian(message, message.Length);
        BinaryPrimitives.WriteUInt32BigEndian(message[4..], Program);
        BinaryPrimitives.WriteUInt32BigEndian(message[8..], Version);
        BinaryPrimitives.WriteInt32BigEndian(message[12..], Procedure);
        BinaryPrimitives.WriteInt32BigEndian(message[16..], (int)Type);
        BinaryPrimitives.WriteUInt32BigEndian(message[20..], Serial);
        BinaryPrimitives.WriteInt32BigEndian(message[24..], (int)Status);
    }
}
