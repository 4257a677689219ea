using System.Globalization;
using System.Xml.Linq;
using LimiQuantix.Machines;
using LimiQuantix.Networks;

namespace LimiQuantix.Hypervisor.Libvirt.Definitions;

/// <summary>
/// QEMU's user-mode network with port forwards. libvirt's own <c>&lt;interface type='user'&gt;</c> knows no forwards with QEMU's built-in
/// network, so the two arguments go through libvirt's QEMU namespace (https://libvirt.org/drvqemu.html#pass-through-of-arbitrary-qemu-commands).
/// </summary>
internal static class UserNicArguments
{
    /// <summary>How many fit: slots 0x10 to 0x17 of the root bus, which libvirt fills from the low end and only with root ports.</summary>
    public const int Maximum = 8;

    private const int FirstSlot = 0x10;

    public static readonly XNamespace Namespace = "http://libvirt.org/schemas/domain/qemu/1.0";

    /// <param name="nics">The machine's interfaces.</param>
    /// <param name="slots">Where a guest has those that were there before, by MAC address; the others get what is free.</param>
    public static XElement? Write(IReadOnlyList<MachineNic> nics, IReadOnlyDictionary<string, int>? slots = null)
    {
        List<MachineNic> user = [.. nics.Where(nic => nic.Attachment is UserNic)];
        HashSet<int> taken = [.. user.Where(nic => slots?.ContainsKey(nic.MacAddress) == true).Select(nic => slots![nic.MacAddress])];
        return user.Count == 0
            ? null
            : new XElement(
                Namespace + "commandline",
                user.SelectMany(nic => Arguments(nic, SlotOf(nic))).Select(value => new XElement(Namespace + "arg", new XAttribute("value", value))));

        int SlotOf(MachineNic nic) => slots?.TryGetValue(nic.MacAddress, out int slot) == true ? slot : Enumerable.Range(0, Maximum + user.Count).First(taken.Add);
    }

    /// <summary>Where a domain has our interfaces, by MAC address.</summary>
    public static IReadOnlyDictionary<string, int> SlotsOf(XElement domain)
    {
        Dictionary<string, int> slots = new(StringComparer.OrdinalIgnoreCase);
        foreach (string[] parts in Ours(domain).Select(argument => ((string)argument.Attribute("value")!).Split(',')))
        {
            if (Array.Find(parts, part => part.StartsWith("mac=", StringComparison.Ordinal)) is { } mac
                && Array.Find(parts, part => part.StartsWith("id=lqxnic", StringComparison.Ordinal)) is { } id
                && int.TryParse(id.AsSpan("id=lqxnic".Length), NumberStyles.None, CultureInfo.InvariantCulture, out int slot))
                slots[mac["mac=".Length..]] = slot;
        }

        return slots;
    }

    /// <summary>Takes our arguments out of a domain; those of somebody else stay.</summary>
    public static void Remove(XElement domain)
    {
        foreach (XElement argument in Ours(domain).ToList())
        {
            // Before it stands what it is an argument to: -netdev, -device.
            argument.ElementsBeforeSelf().LastOrDefault()?.Remove();
            argument.Remove();
        }

        domain.Elements(Namespace + "commandline").Where(line => !line.HasElements).Remove();
    }

    private static IEnumerable<XElement> Ours(XElement domain) => domain.Elements(Namespace + "commandline").Elements(Namespace + "arg")
        .Where(argument => ((string?)argument.Attribute("value"))?.Split(',').Any(part => part.StartsWith("id=lqxn", StringComparison.Ordinal)) == true);

    /// <summary>Puts our arguments in the place of those that a domain has; arguments of somebody else stay.</summary>
    /// <returns>Whether the domain had ours.</returns>
    public static bool Replace(XElement domain, XElement arguments)
    {
        XElement[] there = [.. domain.Elements(Namespace + "commandline").Elements(Namespace + "arg")];
        bool found = true;
        foreach (string value in arguments.Elements().Select(argument => (string)argument.Attribute("value")!).Where(value => !value.StartsWith('-')))
        {
            // The network's and the device's own names: lqxnet0, lqxnic0.
            string name = value.Split(',').Single(part => part.StartsWith("id=lqx", StringComparison.Ordinal));
            XElement? argument = Array.Find(there, element => ((string?)element.Attribute("value"))?.Split(',').Contains(name) == true);
            argument?.SetAttributeValue("value", value);
            found &= argument is not null;
        }

        return found;
    }

    /// <summary>Every part is a number, an address or a MAC that was checked: nothing here can hold a comma of its own.</summary>
    private static IEnumerable<string> Arguments(MachineNic nic, int index)
    {
        var attachment = (UserNic)nic.Attachment;
        // The guest gets no IPv6: it would try routes that the node may not have.
        IEnumerable<string> forwards = attachment.Forwards.Select(forward => string.Create(
            CultureInfo.InvariantCulture,
            $",hostfwd={(forward.Protocol == TransportProtocol.Udp ? "udp" : "tcp")}:{forward.HostAddress}:{forward.HostPort}-:{forward.GuestPort}"));
        string mtu = attachment.Mtu is { } size ? string.Create(CultureInfo.InvariantCulture, $",host_mtu={size}") : "";
        string offload = attachment.ChecksumOffload ? "" : ",csum=off,gso=off,guest_csum=off,guest_tso4=off,guest_tso6=off,guest_ecn=off,guest_ufo=off";
        return
        [
            "-netdev", $"user,id=lqxnet{index},ipv6=off{string.Concat(forwards)}",
            "-device", $"virtio-net-pci,netdev=lqxnet{index},id=lqxnic{index},mac={nic.MacAddress},bus=pcie.0,addr=0x{FirstSlot + index:x}{mtu}{offload}",
        ];
    }
}
