using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using LimiQuantix.Plugins;
using NuGet.Versioning;

namespace LimiQuantix.Providers.Loading;

/// <summary>
/// Everything that is judged of a plugin's folder before any of its code loads. The order is from the outside in, so that the first refusal
/// is the one that explains the others.
/// </summary>
internal sealed class PluginFolderCheck(PluginFolder folder, PluginManifest manifest, IReadOnlySet<string>? allowedManifests)
{
    private const BindingFlags AllMembers =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    private static readonly Assembly Contract = typeof(IPlugin).Assembly;

    /// <summary>Judges the folder.</summary>
    /// <returns>The full path of the entry assembly, and the full name of its plugin class.</returns>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.PluginRefused"/>: what does not fit, and the mend.</exception>
    [RequiresUnreferencedCode(HostCode.WhyWhole)]
    public (string EntryPath, string PluginClass) Run()
    {
        CheckAllowed();
        CheckContract();
        string entryPath = folder.Find(manifest.EntryAssembly)
            ?? throw Refused($"has no file '{manifest.EntryAssembly}' in {folder.Path}, which its manifest names as its entry assembly", "Install it again.");
        CheckFiles();
        AssemblyFacts? entry = null;
        foreach (string file in folder.Files.Where(f => f.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)))
        {
            AssemblyFacts? facts = Read(file);
            if (facts is not null)
                CheckReferences(file, facts);
            if (file == manifest.EntryAssembly)
                entry = facts ?? throw Refused($"has an entry assembly, {file}, without managed code", "Name the .NET assembly in entryAssembly.");
        }

        CheckDependencies(entry!);

        return (entryPath, FindPluginClass(entry!));
    }

    private void CheckAllowed()
    {
        if (allowedManifests is null)
            return;
        string digest = folder.Digest(PluginManifest.FileName);
        if (!allowedManifests.Contains(digest))
            throw Refused($"is not on this host's list of allowed plugins (its manifest's SHA-256 is {digest})", "Add the digest to the list, if you trust the plugin.");
        if (manifest.Files is null)
            throw Refused("lists no files in its manifest, which this host's list of allowed plugins needs", "Ask its author to add the files with their SHA-256.");
    }

    private void CheckContract()
    {
        NuGetVersion current = NuGetVersion.Parse(ContractVersion.Current);
        if (manifest.Contract.Satisfies(current))
            return;
        bool isNewer = manifest.Contract.MinVersion is { } minimum && minimum > current;
        throw Refused(
            $"is made for the contract {manifest.Contract.OriginalString}, and this host has {ContractVersion.Current}",
            isNewer ? "Upgrade the host's LimiQuantix packages, or install an older version of the plugin." : "Install a newer version of the plugin.");
    }

    private void CheckFiles()
    {
        if (manifest.Files is not { } expected)
            return;
        foreach (string file in folder.Files.Where(f => f != PluginManifest.FileName))
        {
            if (!expected.TryGetValue(file, out string? digest))
                throw Refused($"has a file, '{file}', that its manifest does not list", "Remove the file, or install the plugin again.");
            if (!string.Equals(digest, folder.Digest(file), StringComparison.OrdinalIgnoreCase))
                throw Refused($"has a file, '{file}', whose bytes are not those of its manifest", "Install the plugin again from where you trust it.");
        }
    }

    private AssemblyFacts? Read(string file)
    {
        try
        {
            using FileStream stream = folder.OpenFile(file);
            return AssemblyMetadataReader.Read(stream);
        }
        catch (BadImageFormatException e)
        {
            throw Refused($"has a damaged file, '{file}': {e.Message}", "Install the plugin again.", e);
        }
    }

    [RequiresUnreferencedCode(HostCode.WhyWhole)]
    private void CheckReferences(string file, AssemblyFacts facts)
    {
        foreach (AssemblyName host in SharedAssemblies.OfHost)
        {
            AssemblyReferenceFact? newer = facts.References.FirstOrDefault(r => r.Name == host.Name && r.Version > host.Version);
            if (newer is null)
                continue;
            throw Refused(
                $"has a file, '{file}', built with {newer.Name} {newer.Version}, and this host has {host.Version}",
                host.Name!.StartsWith("System.", StringComparison.Ordinal)
                    ? $"Build the plugin for net{host.Version!.Major}.0 with packages of that version, or run the host on .NET {newer.Version.Major}."
                    : $"Build the plugin with {newer.Name} {host.Version!.Major}.{host.Version.Minor}.x, or upgrade the host to {newer.Version.Major}.{newer.Version.Minor}.x.");
        }

        if (facts.ContractUses.FirstOrDefault(use => !IsInContract(use)) is { } missing)
        {
            throw Refused(
                $"has a file, '{file}', that uses {missing.Replace("::", ".", StringComparison.Ordinal)}, which contract {ContractVersion.Current} does not have",
                "Build the plugin with the contract of its manifest's range, or install a version that fits.");
        }
    }

    // Only what the plugin itself was built with: a library may name others that it can do without.
    [RequiresUnreferencedCode(HostCode.WhyWhole)]
    private void CheckDependencies(AssemblyFacts entry)
    {
        HashSet<string> own = folder.Files.Where(f => f.EndsWith(".dll", StringComparison.OrdinalIgnoreCase))
            .Select(f => Path.GetFileNameWithoutExtension(f)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        AssemblyReferenceFact[] missing = [.. entry.References.Where(r => !own.Contains(r.Name) && !SharedAssemblies.HostHas(r.Name))];
        if (missing.Length > 0)
        {
            throw Refused(
                $"needs {string.Join(" and ", missing.Select(r => $"{r.Name}.dll (version {r.Version})"))}, which is neither in {folder.Path} nor part of this host",
                "Build the plugin with <EnableDynamicLoading>true</EnableDynamicLoading> in its project, and install everything that is then in its output folder.");
        }
    }

    [RequiresUnreferencedCode(HostCode.WhyWhole)]
    private static bool IsInContract(string use)
    {
        string[] parts = use.Split("::", 2);
        return Contract.GetType(parts[0]) is { } type && (parts.Length == 1 || type.GetMember(parts[1], AllMembers).Length > 0);
    }

    private string FindPluginClass(AssemblyFacts entry) => entry.PluginClasses switch
    {
        [{ HasParameterlessConstructor: true } one] => one.FullName,
        [var one] => throw Refused($"has a plugin class, {one.FullName}, without a public constructor without parameters", "Add one."),
        [] => throw Refused(
            $"has no public class in {manifest.EntryAssembly} that implements {nameof(IPlugin)}",
            "Make the plugin class public, or name the assembly that has it in entryAssembly."),
        _ => throw Refused(
            $"has more than one plugin class: {string.Join(", ", entry.PluginClasses.Select(c => c.FullName))}", "Keep one; it can register several kinds."),
    };

    private LimiQuantixException Refused(string reason, string remedy, Exception? cause = null) =>
        PluginRefusal.Because(manifest.Id, $"Plugin '{manifest.Id}' {manifest.Version} {reason}.", remedy, cause);
}
