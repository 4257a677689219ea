using LibvirtSharp;
using LimiQuantix.Hypervisor.Libvirt.Connections;
using LimiQuantix.Hypervisor.Libvirt.Definitions;
using LimiQuantix.Hypervisor.Libvirt.Observations;
using LimiQuantix.Plugins;

namespace LimiQuantix.Hypervisor.Libvirt.Lifecycle;

/// <summary>
/// Keeps a superseded engine from changing a machine: each call is compared with what this instance heard and with what the domain's metadata keeps,
/// and raises both, before anything is changed. libvirt has no compare-and-change: what remains is the moment between the look at the domain and
/// the call that follows it, in which a process that is frozen there for as long as another engine needs to take over is not refused.
/// </summary>
internal sealed class MachineFence(ProviderContext context, LibvirtLink link, MachineDirectory directory)
{
    private readonly ProviderFence _fence = new(context);

    /// <summary>Admits a call, and notes it on the machine's domain where there is one.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.Fenced"/>.</exception>
    public async Task<AdmittedCall> AdmitAsync(ProviderCall call, Guid machineId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string target = machineId.ToString("D");
        // Before anything is asked of libvirt: who is superseded is told so even when the daemon is away.
        _fence.Admit(call, target: target);
        if (await directory.FindAsync(machineId, cancellationToken).ConfigureAwait(false) is not { } owned)
            return new AdmittedCall(ProviderMark.Of(call), Again);
        _fence.Admit(call, owned.Mark, target);
        ProviderMark mark = owned.Mark?.After(call) ?? ProviderMark.Of(call);
        if (mark != owned.Mark)
            await WriteAsync(owned.Domain, mark, machineId, cancellationToken).ConfigureAwait(false);
        return new AdmittedCall(mark, Again);

        void Again() => _fence.Admit(call, target: target);
    }

    private Task<bool> WriteAsync(Domain domain, ProviderMark mark, Guid machineId, CancellationToken cancellationToken) => link.CallAsync(
        async _ =>
        {
            try
            {
                await domain.SetMetadataAsync(
                    DomainMetadataType.Element, DomainMark.WriteBare(mark), DomainMark.Prefix, DomainMark.Namespace.NamespaceName,
                    DomainModificationFlags.Config, cancellationToken).ConfigureAwait(false);
            }
            catch (LibvirtException error) when (error.Code is LibvirtErrorCode.NoDomain or LibvirtErrorCode.OperationInvalid)
            {
                // Gone meanwhile, or without a definition that could keep anything: the instance's own memory holds.
            }

            return true;
        },
        machineId,
        cancellationToken);
}

/// <summary>A call that was admitted.</summary>
/// <param name="Mark">The mark that the machine has from now on.</param>
/// <param name="Again">Refuses it when it was superseded since: asked right before what follows a longer work.</param>
internal sealed record AdmittedCall(ProviderMark Mark, Action Again);
