using System.Text.Json;

namespace Ovsdb.Generator;

/// <summary>Every generated file of Ovsdb: name and text.</summary>
public static class SourceFiles
{
    /// <summary>The repository's folder.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Where the schemas are.</summary>
    public static string DataFolder { get; } = Path.Combine(Root, "eng", "Ovsdb.Generator", "Data");

    /// <summary>The three databases of Open vSwitch and OVN.</summary>
    public static IEnumerable<(string Name, string Text)> GenerateAll(string dataFolder) =>
    [
        Generate(Path.Combine(dataFolder, "ovn-nb.ovsschema"), "Ovsdb.OvnNorthbound", "Northbound"),
        Generate(Path.Combine(dataFolder, "ovn-sb.ovsschema"), "Ovsdb.OvnSouthbound", "Southbound"),
        Generate(Path.Combine(dataFolder, "vswitch.ovsschema"), "Ovsdb.OpenVswitch", "Vswitch"),
    ];

    /// <summary>The rows of a schema, in a namespace, and the schema itself, in a class of it.</summary>
    public static (string Name, string Text) Generate(string schemaFile, string namespaceName, string className)
    {
        using JsonDocument schema = JsonDocument.Parse(File.ReadAllText(schemaFile));
        return ($"{className}.g.cs", new SchemaWriter(schema.RootElement, namespaceName, className, Path.GetFileName(schemaFile)).Write());
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "LimiQuantix.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException($"No LimiQuantix.sln above {AppContext.BaseDirectory}.");
    }
}
