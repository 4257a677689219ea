namespace LibvirtSharp.Rpc;

/// <summary>The protocol's <c>virNetMessageStatus</c>.</summary>
internal enum MessageStatus
{
    Ok = 0,
    Error = 1,
    Continue = 2,
}
