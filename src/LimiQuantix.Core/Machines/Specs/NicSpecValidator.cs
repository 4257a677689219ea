using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LimiQuantix.Machines;
using LimiQuantix.Networks;

namespace LimiQuantix.Core.Machines.Specs;

/// <summary>Finds every problem of a machine spec's network interfaces.</summary>
internal static class NicSpecValidator
{
    // As many as QEMU's user-mode network has room for in one machine; no fabric gives more.
    private const int MaxNics = 8;
    private const int MaxForwards = 64;

    public static void Check(MachineSpec spec, List<string> problems)
    {
        HardwareValidator.CheckList(spec.Nics, nameof(spec.Nics), MaxNics, problems, Problem);
        List<NicSpec> nics = [.. (spec.Nics ?? []).Where(nic => nic is not null)];
        DiskSpecValidator.CheckUnique([.. nics.Select((nic, index) => nic.Name ?? SpecCompletion.NicName(index))], "Nics: the name '{0}' is used twice.", problems);
        DiskSpecValidator.CheckUnique([.. nics.Select(nic => nic.MacAddress).OfType<string>()], "Nics: the MAC address {0} is used twice.", problems);
        CheckForwards([.. nics.SelectMany(nic => nic.Forwards ?? [])], problems);
    }

    private static string? Problem(NicSpec nic)
    {
        List<string> wrong = [];
        if (nic.Name is not null && !DiskSpecValidator.IsPartName(nic.Name)) wrong.Add($"Name '{Names.Show(nic.Name)}' must have 1 to 32 letters, digits and inner hyphens");
        if (nic.MacAddress is not null && !IsMac(nic.MacAddress)) wrong.Add("MacAddress must be a unicast one of six lower-case hexadecimal pairs with colons");
        if (nic.Source is PortNicSource) wrong.Add("no fabric that is configured has ports of its own");
        if (nic.Source is NetworkNicSource { NetworkId: var id } && id == Guid.Empty) wrong.Add("Source.NetworkId must be the id of a network");
        if (nic.Addresses is null) wrong.Add("Addresses is null");
        else if (nic.Addresses.Count > 0) wrong.Add("no fabric that is configured lets Addresses be chosen");
        if (nic.SecurityGroups is null) wrong.Add("SecurityGroups is null");
        else if (nic.SecurityGroups.Count > 0) wrong.Add("no fabric that is configured has SecurityGroups");
        if (nic.Forwards is null) wrong.Add("Forwards is null");
        return wrong.Count == 0 ? null : string.Join("; ", wrong);
    }

    private static void CheckForwards(IReadOnlyList<PortForward> forwards, List<string> problems)
    {
        if (forwards.Count > MaxForwards) problems.Add($"Forwards has {Text(forwards.Count)} entries; at most {Text(MaxForwards)}.");
        var taken = new HashSet<(TransportProtocol, string, int)>();
        foreach (var forward in forwards.Take(MaxForwards))
        {
            if (forward is null)
            {
                problems.Add("Forwards: an entry is null.");
                continue;
            }

            if (forward.GuestPort is < 1 or > 65535) problems.Add($"Forwards: GuestPort {Text(forward.GuestPort)} must be from 1 to 65535.");
            if (forward.HostPort is < 0 or > 65535) problems.Add($"Forwards: HostPort {Text(forward.HostPort)} must be from 0 to 65535.");
            if (forward.Protocol is not (TransportProtocol.Tcp or TransportProtocol.Udp)) problems.Add("Forwards: Protocol must be Tcp or Udp.");
            if (!IPAddress.TryParse(forward.HostAddress, out var address) || address.AddressFamily != AddressFamily.InterNetwork || address.ToString() != forward.HostAddress)
                problems.Add($"Forwards: HostAddress '{Names.Show(forward.HostAddress)}' must be an IPv4 address such as 127.0.0.1.");
            if (forward.HostPort > 0 && !taken.Add((forward.Protocol, forward.HostAddress, forward.HostPort)))
                problems.Add($"Forwards: {forward.HostAddress}:{Text(forward.HostPort)} is used twice.");
        }
    }

    private static bool IsMac(string text) =>
        text.Length == 17
        && text.Select((c, index) => index % 3 == 2 ? c == ':' : char.IsAsciiHexDigitLower(c)).All(valid => valid)
        && (Convert.ToInt32(text[..2], 16) & 1) == 0;

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
