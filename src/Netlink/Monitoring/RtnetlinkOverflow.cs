namespace Netlink;

/// <summary>
/// Events were lost here: more happened than the socket's buffer holds while nobody read (ENOBUFS). How many is not known. Everything that was told
/// before this was told whole; read the state again now.
/// </summary>
public sealed record RtnetlinkOverflow : RtnetlinkEvent;
