using LibvirtSharp.Rpc;
using LibvirtSharp.Xdr;

namespace LibvirtSharp.Tests.Support;

/// <summary>A call the <see cref="FakeServer"/> got.</summary>
internal sealed record FakeCall(FakeSession Session, MessageHeader Header, byte[] Payload)
{
    public int Procedure => Header.Procedure;

    public MessageHeader ReplyHeader => Header with { Type = MessageType.Reply };

    public MessageHeader StreamHeader => Header with { Type = MessageType.Stream, Status = MessageStatus.Continue };

    public Task ReplyAsync(Action<XdrWriter>? result = null) => Session.SendAsync(ReplyHeader, result);

    public byte[] ReplyBytes(Action<XdrWriter>? result = null) => FakeSession.Message(ReplyHeader, result);

    public Task FailAsync(LibvirtErrorCode code, string message) => Session.SendAsync(ReplyHeader with { Status = MessageStatus.Error }, Error(code, message));

    public Task StreamAsync(ReadOnlyMemory<byte> data) => Session.SendAsync(StreamHeader, w => w.Raw(data.Span));

    public static Action<XdrWriter> Error(LibvirtErrorCode code, string message) => w =>
    {
        w.Int((int)code);
        w.Int((int)LibvirtErrorDomain.Qemu);
        w.Optional(true);
        w.String(message, 4096);
        w.Int((int)LibvirtErrorLevel.Error);
        for (int i = 0; i < 4; i++)
            w.Optional(false); // domain, three strings
        w.Int(0);
        w.Int(0);
        w.Optional(false); // network
    };
}
