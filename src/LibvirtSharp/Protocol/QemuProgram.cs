using LibvirtSharp.Rpc;
using LibvirtSharp.Xdr;

namespace LibvirtSharp.Protocol;

public sealed partial class QemuProgram : RpcProgram
{
    internal QemuProgram(IChannelSource source, TimeSpan timeout, LongCallLimit? limit = null)
        : base(source, Number, timeout, limit)
    {
    }

    private XdrWriter Begin(QemuProcedure procedure) => Begin((int)procedure);
}
