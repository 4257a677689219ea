using LibvirtSharp.Rpc;
using LibvirtSharp.Xdr;

namespace LibvirtSharp.Protocol;

public sealed partial class RemoteProgram : RpcProgram
{
    private readonly bool _passesDescriptors;

    internal RemoteProgram(IChannelSource source, TimeSpan timeout, LongCallLimit? limit = null, bool passesDescriptors = false)
        : base(source, Number, timeout, limit) =>
        _passesDescriptors = passesDescriptors;

    private XdrWriter Begin(RemoteProcedure procedure)
    {
        // The descriptor that comes with the answer would be lost, and the byte that it comes with taken for a message's.
        if (procedure == RemoteProcedure.DomainOpenGraphicsFD && !_passesDescriptors)
        {
            throw new LibvirtException(
                LibvirtErrorCode.NoSupport, LibvirtErrorDomain.Rpc, $"This procedure gives a descriptor, which its raw form cannot: use {nameof(Domain)}.{nameof(Domain.OpenGraphicsAsync)}.")
            {
                Procedure = procedure.ToString(),
            };
        }
        return Begin((int)procedure);
    }
}
