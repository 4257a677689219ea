using LibvirtSharp.Rpc;
using LibvirtSharp.Xdr;

namespace LibvirtSharp.Protocol;

public sealed partial class QemuProgram : RpcProgram
{
    internal QemuProgram(IChannelSource source, TimeSpan timeout, Turns? turns = null)
        : base(source, Number, timeout, turns)
    {
    }

    private XdrWriter Begin(QemuProcedure procedure) => Begin((int)procedure);
}
