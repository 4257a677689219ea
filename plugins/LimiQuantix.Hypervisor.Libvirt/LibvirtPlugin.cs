using LimiQuantix.Guests;
using LimiQuantix.Hypervisor.Libvirt.Guests;
using LimiQuantix.Machines;
using LimiQuantix.Plugins;

namespace LimiQuantix.Hypervisor.Libvirt;

/// <summary>Registers the hypervisor of kind <c>libvirt</c>: machines on libvirt and QEMU; and the agent provider of kind <c>qga</c>.</summary>
public sealed class LibvirtPlugin : IPlugin
{
    /// <summary>The kind that the plugin registers.</summary>
    public const string Kind = "libvirt";

    /// <summary>The kind of agent provider that the plugin registers: QEMU's guest agent, which libvirt speaks with.</summary>
    public const string GuestAgentKind = "qga";

    /// <inheritdoc/>
    public void Register(IPluginRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        registry.Add<IHypervisor, LibvirtOptions>(
            Kind,
            static (context, options, _) => ValueTask.FromResult<IHypervisor>(LibvirtHypervisor.Open(context, options)),
            static options => options.Validate());
        // Where a machine is, its hypervisor knows: one instance speaks with the agents of all nodes that this process reaches.
        registry.Add<IGuestAgentProvider, QemuGuestAgentOptions>(
            GuestAgentKind,
            static (context, options, _) => ValueTask.FromResult<IGuestAgentProvider>(new QemuGuestAgent(context, options)),
            static options => options.Validate(),
            isShared: static _ => true);
    }
}
