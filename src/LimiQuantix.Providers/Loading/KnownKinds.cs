namespace LimiQuantix.Providers.Loading;

/// <summary>Which package brings which kind: only words for a message, the engine knows no plugin.</summary>
internal static class KnownKinds
{
    private static readonly Dictionary<string, (string Package, string Method)> Packages = new(StringComparer.Ordinal)
    {
        ["libvirt"] = ("LimiQuantix.Hypervisor.Libvirt", "AddLibvirt()"),
        ["http"] = ("LimiQuantix.Images.Http", "AddHttpImages()"),
        ["directory"] = ("LimiQuantix.Storage.Directory", "AddDirectoryStorage()"),
        ["vnc"] = ("LimiQuantix.Console.Vnc", "AddVncConsole()"),
    };

    /// <summary>Whether it is known what brings a kind.</summary>
    public static bool Has(string kind) => Packages.ContainsKey(kind);

    /// <summary>Whether a plugin is the one that brings a kind.</summary>
    public static bool IsBroughtBy(string kind, string? plugin) => Packages.TryGetValue(kind, out (string Package, string Method) found) && found.Package == plugin;

    /// <summary>Gives the sentence that says how to get a kind.</summary>
    public static string Remedy(string kind) => Packages.TryGetValue(kind, out (string Package, string Method) found)
        ? $"Reference the package {found.Package} and call {found.Method} on the builder."
        : "Reference the plugin's package and call its Add method on the builder, or put the plugin into a plugin folder.";
}
