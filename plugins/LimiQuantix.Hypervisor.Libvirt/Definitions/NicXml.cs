using System.Xml.Linq;
using LimiQuantix.Machines;
using LimiQuantix.Networks;

namespace LimiQuantix.Hypervisor.Libvirt.Definitions;

/// <summary>
/// A network interface as libvirt writes it (https://libvirt.org/formatdomain.html#network-interfaces): always virtio-net. A
/// <see cref="UserNic"/> is not here: see <see cref="UserNicArguments"/>.
/// </summary>
internal static class NicXml
{
    public static XElement Write(MachineNic nic)
    {
        (string type, XElement?[] ends) = nic.Attachment switch
        {
            BridgeNic bridge => ("bridge", (XElement?[])[Source("bridge", bridge.Bridge)]),
            OvsNic ovs => ("bridge",
            [
                Source("bridge", ovs.Bridge),
                new XElement(
                    "virtualport",
                    new XAttribute("type", "openvswitch"),
                    new XElement("parameters", new XAttribute("interfaceid", ovs.InterfaceId))),
            ]),
            TapNic tap => ("ethernet", [new XElement("target", new XAttribute("dev", tap.Device), new XAttribute("managed", "no"))]),
            VhostUserNic vhost => ("vhostuser",
            [
                new XElement("source", new XAttribute("type", "unix"), new XAttribute("path", vhost.SocketPath), new XAttribute("mode", "client")),
            ]),
            _ => throw new InvalidOperationException($"{nic.Attachment.GetType().Name} was not refused."),
        };
        return new XElement(
            "interface",
            new XAttribute("type", type),
            new XElement("mac", new XAttribute("address", nic.MacAddress)),
            ends,
            new XElement("model", new XAttribute("type", "virtio")),
            nic.Attachment.ChecksumOffload ? null : WithoutOffload(),
            nic.Attachment.Mtu is { } mtu ? new XElement("mtu", new XAttribute("size", mtu)) : null,
            nic.BootOrder is { } order ? new XElement("boot", new XAttribute("order", order)) : null);
    }

    private static XElement Source(string kind, string name) => new("source", new XAttribute(kind, name));

    private static XElement WithoutOffload() => new(
        "driver",
        new XElement("host", Off("csum", "gso", "tso4", "tso6", "ecn", "ufo")),
        new XElement("guest", Off("csum", "tso4", "tso6", "ecn", "ufo")));

    private static IEnumerable<XAttribute> Off(params IEnumerable<string> names) => names.Select(name => new XAttribute(name, "off"));
}
