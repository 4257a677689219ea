using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace LimiQuantix.Core.CloudInit;

/// <summary>The seed's network-config: the user's own, or version 2 with DHCP on every interface, matched by MAC address.</summary>
internal static class SeedNetworkConfig
{
    private const string Target = "CloudInit.NetworkConfig";
    private const string Remedy = "Write a YAML mapping with 'version: 1' or 'version: 2'.";

    public static string Render(SeedDefinition definition) => definition.CloudInit.NetworkConfig ?? Dhcp(definition.MacAddresses);

    /// <summary>A network-config that cloud-init cannot read leaves a guest nobody can reach: it is read here first.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>.</exception>
    public static void Check(string text)
    {
        YamlMappingNode root;
        try
        {
            YamlStream stream = [];
            stream.Load(new StringReader(text));
            root = stream.Documents is [{ RootNode: YamlMappingNode mapping }] ? mapping : throw Invalid("is not one YAML mapping");
        }
        catch (YamlException e)
        {
            throw Invalid($"is not YAML: {e.Message} (line {e.Start.Line})", e);
        }
        if (root.Children.TryGetValue("network", out YamlNode? network) && network is YamlMappingNode inner)
            root = inner;
        if (!root.Children.TryGetValue("version", out YamlNode? version) || version is not YamlScalarNode { Value: "1" or "2" })
            throw Invalid("has no version 1 or 2");
    }

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

    private static LimiQuantixException Invalid(string reason, Exception? cause = null) =>
        new(ErrorCodes.InvalidArgument, $"The network-config {reason}.", Remedy, Target, innerException: cause);
}
