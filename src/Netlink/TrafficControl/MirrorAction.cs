namespace Netlink;

/// <summary>Gives a packet to another link (tc-mirred(8)).</summary>
public sealed record MirrorAction
{
    /// <summary>The other link.</summary>
    public required LinkId Target { get; init; }

    /// <summary>Whether it goes on here as well: a copy goes there.</summary>
    public bool Copy { get; init; }

    /// <summary>Whether the other link receives it; otherwise it sends it.</summary>
    public bool Ingress { get; init; }
}
