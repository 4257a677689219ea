using LibvirtSharp.Rpc;
using LibvirtSharp.Xdr;

namespace LibvirtSharp.Protocol;

public sealed partial class RemoteProgram : RpcProgram
{
    internal RemoteProgram(IChannelSource source, TimeSpan timeout)
        : base(source, Number, timeout)
    {
    }

    private XdrWriter Begin(RemoteProcedure procedure) => Begin((int)procedure);
}
