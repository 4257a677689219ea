namespace LimiQuantix.Networks;

/// <summary>A vhost-user socket of a userspace datapath.</summary>
public sealed record VhostUserNic : NicAttachment
{
    /// <summary>The absolute path of the socket.</summary>
    public required string SocketPath { get; init; }
}
