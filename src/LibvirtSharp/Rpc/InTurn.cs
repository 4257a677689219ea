using LibvirtSharp.Xdr;

namespace LibvirtSharp.Rpc;

/// <summary>A connection's channel, for calls that wait for their turn.</summary>
internal sealed class InTurn(IChannelSource source, Turns turns) : IChannelSource
{
    public Turns? Turns => turns;

    public RpcChannel ChannelFor(XdrWriter call) => source.ChannelFor(call);

    public Task<RpcChannel> OpenStreamChannelAsync(CancellationToken cancellationToken) => source.OpenStreamChannelAsync(cancellationToken);
}
