namespace LibvirtSharp.Rpc;

/// <summary>The protocol's <c>virNetMessageType</c>.</summary>
internal enum MessageType
{
    Call = 0,
    Reply = 1,
    Message = 2,
    Stream = 3,
    CallWithDescriptors = 4,
    ReplyWithDescriptors = 5,
    StreamHole = 6,
}
