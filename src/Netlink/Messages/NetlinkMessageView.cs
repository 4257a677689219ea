namespace Netlink.Messages;

/// <summary>A message that lies in the receive buffer.</summary>
internal readonly ref struct NetlinkMessageView(MessageHeader header, ReadOnlySpan<byte> payload)
{
    public MessageHeader Header { get; } = header;

    public ReadOnlySpan<byte> Payload { get; } = payload;
}
