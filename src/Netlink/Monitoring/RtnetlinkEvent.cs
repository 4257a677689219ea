namespace Netlink;

/// <summary>Something that happened in a network namespace, or <see cref="RtnetlinkOverflow"/>.</summary>
public abstract record RtnetlinkEvent
{
    private protected RtnetlinkEvent()
    {
    }
}
