using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace LimiQuantix.Core.CloudInit;

/// <summary>The seed's network-config: the user's own, or version 2 with DHCP on every interface, matched by MAC address.</summary>
internal static class SeedNetworkConfig
{
    public const string Remedy = "Write a YAML mapping with 'version: 2' and ethernets, 'version: 1' and config, or 'config: disabled'.";

    private static readonly string[] Types1 = ["physical", "loopback", "bond", "bridge", "vlan", "infiniband", "route", "nameserver"];
    private static readonly string[] Sections2 = ["ethernets", "bonds", "bridges", "vlans", "wifis", "modems", "tunnels", "vrfs", "dummy-devices", "nm-devices", "virtual-ethernets", "openvswitch"];

    public static string Render(SeedDefinition definition) => definition.CloudInit.NetworkConfig ?? Dhcp(definition.MacAddresses);

    /// <summary>
    /// Why cloud-init would not read it, as the end of a sentence: it would leave a guest that nobody can reach. As stages.py and network_state.py have it; what
    /// netplan or a distribution's own renderer makes of the rest is theirs.
    /// </summary>
    public static string? WhyNot(string text)
    {
        YamlVerdict verdict = PythonYaml.Read(text);
        if (verdict.Problem is { } problem) return problem;
        if (verdict.Root != YamlRoot.Mapping) return "is not one YAML mapping";
        YamlMappingNode root;
        try
        {
            YamlStream stream = [];
            stream.Load(new StringReader(text));
            root = (YamlMappingNode)stream.Documents[0].RootNode;
        }
        catch (YamlException exception)
        {
            // A key twice, which the guest's reader takes; nobody means it.
            return $"has a key twice (line {exception.Start.Line})";
        }

        if (Child(root, "network") is { } network)
        {
            if (network is not YamlMappingNode inner) return "has a network that is no mapping";
            root = inner;
        }

        return Child(root, "config") is YamlScalarNode { Value: "disabled" } ? null : Child(root, "version") switch
        {
            YamlScalarNode { Value: "1", Style: ScalarStyle.Plain } => OfVersion1(root),
            YamlScalarNode { Value: "2", Style: ScalarStyle.Plain } => OfVersion2(root),
            YamlScalarNode { Value: "1" or "2" } => "has its version as a text: write it without quotes",
            _ => "has no version 1 or 2",
        };
    }

    private static string? OfVersion1(YamlMappingNode root)
    {
        if (Child(root, "config") is not YamlSequenceNode config) return "is of version 1 and has no list 'config'";
        HashSet<string> names = [];
        foreach (YamlNode entry in config)
        {
            if (entry is not YamlMappingNode part || Child(part, "type") is not YamlScalarNode { Value: { } type } || !Types1.Contains(type))
                return $"has an entry of 'config' without a known type (line {entry.Start.Line}); there is: {string.Join(", ", Types1)}";
            string needed = type is "route" ? "destination" : type is "nameserver" ? "address" : "name";
            if (Child(part, needed) is not { } value) return $"has an entry of type {type} without '{needed}' (line {entry.Start.Line})";
            if (needed == "name" && value is YamlScalarNode { Value: { } name }) names.Add(name);
        }

        return config.OfType<YamlMappingNode>().Select(part => Child(part, "interface")).OfType<YamlScalarNode>().FirstOrDefault(wanted => !names.Contains(wanted.Value ?? "")) is { } missing
            ? $"has a nameserver for an interface that is not there (line {missing.Start.Line})"
            : null;
    }

    private static string? OfVersion2(YamlMappingNode root)
    {
        foreach ((YamlNode key, YamlNode section) in root)
        {
            if (key is YamlScalarNode { Value: "version" or "renderer" }) continue;
            if (key is not YamlScalarNode { Value: { } name } || !Sections2.Contains(name)) return $"has a section that cloud-init does not know (line {key.Start.Line}); there is: {string.Join(", ", Sections2)}";
            if (name == "openvswitch") continue;
            if (section is not YamlMappingNode devices) return $"has no devices in '{name}' (line {key.Start.Line})";
            foreach ((YamlNode device, YamlNode settings) in devices)
            {
                if (settings is not YamlMappingNode) return $"has a device in '{name}' without settings (line {device.Start.Line})";
            }
        }

        return null;
    }

    private static YamlNode? Child(YamlMappingNode mapping, string key) => mapping.Children.TryGetValue(key, out YamlNode? child) ? child : null;

    private static string Dhcp(IReadOnlyList<string> macAddresses)
    {
        CloudConfigMap ethernets = new();
        for (int i = 0; i < macAddresses.Count; i++)
        {
            CloudConfigMap nic = new CloudConfigMap()
                .Set("match", new CloudConfigMap().Set("macaddress", macAddresses[i]))
                .Set("dhcp4", true);
            if (i > 0)
                nic.Set("optional", true);
            ethernets.Set("nic" + i.ToString(CultureInfo.InvariantCulture), nic);
        }
        CloudConfigMap map = new CloudConfigMap().Set("version", 2);
        return (ethernets.IsEmpty ? map : map.Set("ethernets", ethernets)).ToYaml();
    }
}
