using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LimiQuantix.Core.Networks;
using LimiQuantix.Machines;
using LimiQuantix.Networks;

namespace LimiQuantix.Core.Machines.Specs;

/// <summary>Finds every problem of a machine spec's network interfaces.</summary>
internal static class NicSpecValidator
{
    // As many as QEMU's user-mode network has room for in one machine; no fabric gives more.
    private const int MaxNics = 8;
    private const int MaxForwards = 64;
    private const int MaxAddresses = 16;

    public static void Check(MachineSpec spec, SpecProblems problems)
    {
        HardwareValidator.CheckList(spec.Nics, "nics", nameof(spec.Nics), MaxNics, problems, Check);
        List<NicSpec> nics = [.. (spec.Nics ?? []).Where(nic => nic is not null)];
        DiskSpecValidator.CheckUnique([.. nics.Select((nic, index) => nic.Name ?? SpecCompletion.NicName(index))], "/nics", "Nics: the name '{0}' is used twice.", problems);
        DiskSpecValidator.CheckUnique([.. nics.Select(nic => nic.MacAddress).OfType<string>()], "/nics", "Nics: the MAC address {0} is used twice.", problems);
        CheckForwards(spec.Nics ?? [], problems);
    }

    private static void Check(NicSpec nic, SpecPlace place)
    {
        if (nic.Name is not null && !DiskSpecValidator.IsPartName(nic.Name)) place.Add("name", $"Name '{Names.Show(nic.Name)}' must have 1 to 32 letters, digits and inner hyphens");
        if (nic.MacAddress is not null && !IsMac(nic.MacAddress)) place.Add("macAddress", "MacAddress must be a unicast one of six lower-case hexadecimal pairs with colons");
        if (nic.Source is PortNicSource) place.Add("source", "no fabric that is configured has ports of its own");
        if (nic.Source is NetworkNicSource { NetworkId: var id } && id == Guid.Empty) place.Add("source/networkId", "Source.NetworkId must be the id of a network");
        CheckAddresses(nic.Addresses, place);
        if (nic.SecurityGroups is null) place.Add("securityGroups", "SecurityGroups is null");
        else if (nic.SecurityGroups.Count > 0) place.Add("securityGroups", "no fabric that is configured has SecurityGroups");
        if (nic.Forwards is null) place.Add("forwards", "Forwards is null");
    }

    // Whether its fabric lets them be chosen is a feature of that fabric.
    private static void CheckAddresses(IReadOnlyList<string>? addresses, SpecPlace place)
    {
        if (addresses is null) place.Add("addresses", "Addresses is null");
        if (addresses?.Count > MaxAddresses) place.Add("addresses", $"Addresses has {Text(addresses.Count)} entries; at most {Text(MaxAddresses)}");
        HashSet<string> known = [];
        foreach (var (index, text) in (addresses ?? []).Take(MaxAddresses).Index())
        {
            if (!IPAddress.TryParse(text, out var address) || address.ToString() != text) place.Add($"addresses/{Text(index)}", $"Addresses: '{Names.Show(text)}' must be an address such as 10.0.0.5 or 2001:db8::5");
            else if (!known.Add(text)) place.Add($"addresses/{Text(index)}", $"Addresses: {text} is used twice");
        }
    }

    private static void CheckForwards(IReadOnlyList<NicSpec> nics, SpecProblems problems)
    {
        var forwards = nics.Index().Where(nic => nic.Item?.Forwards is not null)
            .SelectMany(nic => nic.Item.Forwards.Index().Select(forward => (Pointer: $"/nics/{Text(nic.Index)}/forwards/{Text(forward.Index)}", Forward: forward.Item))).ToList();
        if (forwards.Count > MaxForwards) problems.Add("/nics", $"Forwards has {Text(forwards.Count)} entries; at most {Text(MaxForwards)}.");
        List<PortForward> taken = [];
        foreach (var (pointer, forward) in forwards.Take(MaxForwards))
        {
            if (forward is null)
            {
                problems.Add(pointer, "Forwards: an entry is null.");
                continue;
            }

            if (forward.GuestPort is < 1 or > 65535) problems.Add($"{pointer}/guestPort", $"Forwards: GuestPort {Text(forward.GuestPort)} must be from 1 to 65535.");
            if (forward.HostPort is < 0 or > 65535) problems.Add($"{pointer}/hostPort", $"Forwards: HostPort {Text(forward.HostPort)} must be from 0 to 65535.");
            if (forward.Protocol is not (TransportProtocol.Tcp or TransportProtocol.Udp)) problems.Add($"{pointer}/protocol", "Forwards: Protocol must be Tcp or Udp.");
            if (!IPAddress.TryParse(forward.HostAddress, out var address) || address.AddressFamily != AddressFamily.InterNetwork || address.ToString() != forward.HostAddress)
                problems.Add($"{pointer}/hostAddress", $"Forwards: HostAddress '{Names.Show(forward.HostAddress)}' must be an IPv4 address such as 127.0.0.1.");
            if (taken.Exists(other => HostPorts.Overlap(other, forward)))
                problems.Add($"{pointer}/hostPort", $"Forwards: {Names.Show(forward.HostAddress)}:{Text(forward.HostPort)} is used twice.");
            taken.Add(forward);
        }
    }

    private static bool IsMac(string text) =>
        text.Length == 17
        && text.Select((c, index) => index % 3 == 2 ? c == ':' : char.IsAsciiHexDigitLower(c)).All(valid => valid)
        && (Convert.ToInt32(text[..2], 16) & 1) == 0;

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
