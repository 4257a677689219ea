using LimiQuantix.Hypervisor.Libvirt;

namespace LimiQuantix;

/// <summary>Adds libvirt and QEMU to a host.</summary>
public static class LibvirtBuilderExtensions
{
    /// <summary>Adds the plugin and one hypervisor named <c>libvirt</c>, this node's libvirt daemon; and <c>qga</c>, which speaks with QEMU's guest agent.</summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="configure">Sets the options; a second call configures further.</param>
    public static ILimiQuantixBuilder AddLibvirt(this ILimiQuantixBuilder builder, Action<LibvirtOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddPlugin(new LibvirtPlugin()).AddInstance(LibvirtPlugin.Kind, "libvirt", configure)
            .AddInstance<QemuGuestAgentOptions>(LibvirtPlugin.GuestAgentKind, "qga");
    }
}
