namespace Netlink;

/// <summary>A message from the kernel as it came.</summary>
public sealed record NetlinkMessage
{
    /// <summary>Its type, such as 16 for RTM_NEWLINK.</summary>
    public required ushort Type { get; init; }

    /// <summary>Its flags: NLM_F_*.</summary>
    public required ushort Flags { get; init; }

    /// <summary>The fixed header of its family and its attributes.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }
}
