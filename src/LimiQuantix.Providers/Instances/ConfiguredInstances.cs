using LimiQuantix.Nodes;
using LimiQuantix.Plugins;
using Microsoft.Extensions.Configuration;

namespace LimiQuantix.Providers.Instances;

/// <summary>
/// Reads the instances of a host's configuration: a list of <c>Kind</c>, <c>Name</c>, and where they are wanted <c>Node</c>, <c>Contract</c> and
/// <c>Options</c>; or the same by name.
/// </summary>
internal static class ConfiguredInstances
{
    /// <summary>The section that is read.</summary>
    public const string Section = "LimiQuantix:Instances";

    private static readonly string[] Members = ["Kind", "Name", "Node", "Contract", "Options"];

    /// <summary>Reads all instances, and tells everything that is no instance.</summary>
    public static (IReadOnlyList<InstanceConfiguration> Instances, IReadOnlyList<string> Problems) Read(IConfiguration? configuration)
    {
        List<InstanceConfiguration> instances = [];
        List<string> problems = [];
        foreach (var entry in configuration?.GetSection(Section).GetChildren() ?? [])
        {
            var before = problems.Count;
            if (entry.Value is not null) problems.Add($"{entry.Path} is '{Names.Show(entry.Value)}'; give it Kind, Name and Options.");
            problems.AddRange(entry.GetChildren().Where(member => !Members.Contains(member.Key, StringComparer.OrdinalIgnoreCase))
                .Select(member => $"{member.Path}: there is no such member. An instance has {string.Join(", ", Members)}; what its kind takes is below Options."));
            var kind = entry["Kind"];
            if (string.IsNullOrEmpty(kind)) problems.Add($"{entry.Path} has no Kind.");
            var name = entry["Name"] ?? (int.TryParse(entry.Key, out _) ? null : entry.Key);
            if (string.IsNullOrEmpty(name)) problems.Add($"{entry.Path} has no Name.");
            var node = ReadNode(entry, problems);
            if (entry.GetSection("Options").Value is { Length: > 0 } text) problems.Add($"{entry.Path}:Options is '{Names.Show(text)}'; give the options by name.");
            if (problems.Count > before) continue;
            instances.Add(new InstanceConfiguration
            {
                Kind = kind!,
                Name = name!,
                Node = node,
                Contract = entry["Contract"],
                Origin = InstanceOrigin.Configuration,
                Steps = [new InstanceStep { Settings = Flatten(entry.GetSection("Options")) }],
            });
        }

        return (instances, problems);
    }

    private static NodeId? ReadNode(IConfigurationSection entry, List<string> problems)
    {
        try
        {
            return entry["Node"] is { Length: > 0 } node ? new NodeId(node) : null;
        }
        catch (LimiQuantixException exception)
        {
            problems.Add($"{entry.Path}:Node: {exception.Message}");
            return null;
        }
    }

    private static Dictionary<string, string?> Flatten(IConfigurationSection options) => options.AsEnumerable(makePathsRelative: true)
        .Where(setting => setting.Value is not null).ToDictionary(setting => setting.Key, setting => setting.Value, StringComparer.OrdinalIgnoreCase);
}
