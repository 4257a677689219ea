using LibvirtSharp.Xdr;

namespace LibvirtSharp.Rpc;

/// <summary>Where a program's calls go: one channel, or a connection's present one.</summary>
internal interface IChannelSource
{
    /// <param name="call">What is to be sent on it.</param>
    /// <exception cref="LibvirtException">The connection is down.</exception>
    RpcChannel ChannelFor(XdrWriter call);

    /// <summary>A channel that carries a stream and nothing else, so that its back-pressure holds up no call. The caller disposes it.</summary>
    /// <param name="timeout">The deadline of the call that it is for.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    Task<RpcChannel> OpenStreamChannelAsync(TimeSpan timeout, CancellationToken cancellationToken);
}
