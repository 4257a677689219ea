using LibvirtSharp;
using LimiQuantix.Consoles;
using LimiQuantix.Hypervisor.Libvirt.Accelerators;
using LimiQuantix.Hypervisor.Libvirt.Connections;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Storage;

namespace LimiQuantix.Hypervisor.Libvirt;

/// <summary>Says what the hypervisor is, and whether it works.</summary>
internal sealed class HypervisorSummary(LibvirtLink link, LibvirtOptions options, NodeAccelerator accelerator) : IDeclaresFeatures
{
    private static readonly TimeSpan HealthTimeout = TimeSpan.FromSeconds(10);

    /// <summary>How much slower TCG is than KVM, for deadlines.</summary>
    private const double TcgSlowness = 10;

    /// <summary>Whether this node has the firmware for a UEFI is another question: libvirt answers it when it defines.</summary>
    public Task<FeatureDeclaration> DeclareFeaturesAsync(DeclareFeaturesRequest request, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested ? Task.FromCanceled<FeatureDeclaration>(cancellationToken) : Task.FromResult(new FeatureDeclaration
        {
            Features =
            [
                ProviderFeatures.CpuTopology, ProviderFeatures.CpuModel, ProviderFeatures.FirmwareUefi, ProviderFeatures.FirmwareSecureBoot, ProviderFeatures.DiskScsi,
                ProviderFeatures.DiskSata, ProviderFeatures.DiskCd, ProviderFeatures.BootOrder, ProviderFeatures.DeviceWatchdog,
            ],
        });

    public async Task<HypervisorDescription> DescribeAsync(CancellationToken cancellationToken)
    {
        DaemonFacts facts = await link.GetFactsAsync(cancellationToken).ConfigureAwait(false);
        AcceleratorVerdict verdict = await accelerator.DecideAsync(cancellationToken).ConfigureAwait(false);
        bool isKvm = verdict.IsKvm && (facts.HasKvm || options.Accelerator == AcceleratorChoice.Kvm);
        (string host, NodeInfo node, Version qemu) = await link.CallSlowlyAsync(
            async connection => (
                await connection.GetHostnameAsync(cancellationToken).ConfigureAwait(false),
                await connection.GetNodeInfoAsync(cancellationToken).ConfigureAwait(false),
                await connection.GetVersionAsync(cancellationToken).ConfigureAwait(false)),
            null,
            cancellationToken).ConfigureAwait(false);
        return new HypervisorDescription
        {
            Product = $"QEMU {qemu}, libvirt {facts.LibvirtVersion}",
            HostName = host,
            Architecture = facts.Architecture,
            Accelerator = isKvm ? "kvm" : "tcg",
            AcceleratorReason = verdict.IsKvm && !isKvm ? $"{verdict.Reason} The libvirt daemon at {link.Uri} sees no KVM." : verdict.Reason,
            Slowness = isKvm ? 1 : TcgSlowness,
            CpuCount = node.Cpus,
            MemoryBytes = node.MemoryBytes,
            DiskAttachments = [nameof(FileDisk), nameof(BlockDisk), nameof(NbdDisk), nameof(RbdDisk)],
            NicAttachments = [nameof(UserNic), nameof(BridgeNic), nameof(OvsNic), nameof(TapNic), nameof(VhostUserNic)],
            Consoles = [ConsoleKind.Vnc, ConsoleKind.Serial],
        };
    }

    public async Task<ProviderHealth> CheckHealthAsync(CancellationToken cancellationToken)
    {
        try
        {
            await link.CallAsync(
                connection => connection.WithTimeout(HealthTimeout).GetLibVersionAsync(cancellationToken), null, cancellationToken).ConfigureAwait(false);
            return ProviderHealth.Healthy;
        }
        catch (LimiQuantixException error)
        {
            return new ProviderHealth { Status = ProviderHealthStatus.Unhealthy, Description = error.Message, Error = error.Error };
        }
    }
}
