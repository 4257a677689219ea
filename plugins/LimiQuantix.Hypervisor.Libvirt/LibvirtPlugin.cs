using LimiQuantix.Machines;
using LimiQuantix.Plugins;

namespace LimiQuantix.Hypervisor.Libvirt;

/// <summary>Registers the hypervisor of kind <c>libvirt</c>: machines on libvirt and QEMU.</summary>
public sealed class LibvirtPlugin : IPlugin
{
    /// <summary>The kind that the plugin registers.</summary>
    public const string Kind = "libvirt";

    /// <inheritdoc/>
    public void Register(IPluginRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        registry.Add<IHypervisor, LibvirtOptions>(
            Kind,
            static (context, options, _) => ValueTask.FromResult<IHypervisor>(LibvirtHypervisor.Open(context, options)),
            static options => options.Validate());
    }
}
