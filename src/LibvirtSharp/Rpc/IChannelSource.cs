namespace LibvirtSharp.Rpc;

/// <summary>Where a program's calls go: one channel, or a connection's present one.</summary>
internal interface IChannelSource
{
    /// <exception cref="LibvirtException">The connection is down.</exception>
    RpcChannel Channel { get; }

    /// <summary>A channel that carries a stream and nothing else, so that its back-pressure holds up no call. The caller disposes it.</summary>
    Task<RpcChannel> OpenStreamChannelAsync(CancellationToken cancellationToken);
}
