using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using LimiQuantix.Plugins;

namespace LimiQuantix.Providers.Loading;

/// <summary>
/// The assemblies whose types cross the contract, and so must be one and the same in host and plugin: the contract and what it references
/// itself. Everything else is a plugin's own.
/// </summary>
[RequiresUnreferencedCode(HostCode.WhyWhole)]
internal static class SharedAssemblies
{
    private static readonly Lazy<IReadOnlyList<AssemblyName>> Found = new(() => Collect(typeof(IPlugin).Assembly));

    private static readonly Lazy<HashSet<string>> HostFiles = new(() =>
        (AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "").Split(Path.PathSeparator)
            .Select(path => Path.GetFileNameWithoutExtension(path)).ToHashSet(StringComparer.OrdinalIgnoreCase));

    /// <summary>The host's shared assemblies with their versions.</summary>
    public static IReadOnlyList<AssemblyName> OfHost => Found.Value;

    /// <summary>Whether a plugin finds an assembly of this name with the host or .NET, when it does not bring one itself.</summary>
    public static bool HostHas(string name)
    {
        if (Found.Value.Any(shared => shared.Name == name)) return true;
        try
        {
            // What a host without files of its own (a single file) has can only be asked for. A plugin's code is not among it.
            return HostFiles.Value.Contains(name) || Assembly.Load(new AssemblyName(name)) is not null;
        }
        catch (Exception e) when (e is FileNotFoundException or FileLoadException or BadImageFormatException)
        {
            return false;
        }
    }

    private static List<AssemblyName> Collect(Assembly contract)
    {
        Dictionary<string, AssemblyName> found = new(StringComparer.Ordinal) { [contract.GetName().Name!] = contract.GetName() };
        Queue<Assembly> pending = new([contract]);
        while (pending.TryDequeue(out Assembly? assembly))
        {
            foreach (AssemblyName reference in assembly.GetReferencedAssemblies())
            {
                if (found.ContainsKey(reference.Name!))
                    continue;
                Assembly referenced = Assembly.Load(reference);
                found.Add(reference.Name!, referenced.GetName());
                // The runtime's own assemblies come with it as one; a package's types may expose those of the packages below it.
                if (reference.Name!.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal))
                    pending.Enqueue(referenced);
            }
        }

        return [.. found.Values];
    }
}
