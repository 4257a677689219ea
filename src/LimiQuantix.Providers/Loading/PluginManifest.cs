using NuGet.Versioning;

namespace LimiQuantix.Providers.Loading;

/// <summary>What a plugin folder's <c>plugin.json</c> says.</summary>
internal sealed record PluginManifest
{
    /// <summary>The file's name in the plugin's folder.</summary>
    public const string FileName = "plugin.json";

    /// <summary>The plugin's id.</summary>
    public required string Id { get; init; }

    /// <summary>The plugin's semantic version.</summary>
    public required string Version { get; init; }

    /// <summary>The assembly that holds the plugin class: a path relative to the folder, with forward slashes.</summary>
    public required string EntryAssembly { get; init; }

    /// <summary>The contract versions that the plugin works with, in NuGet's range syntax.</summary>
    public required VersionRange Contract { get; init; }

    /// <summary>Who publishes it, for people to read.</summary>
    public string? Publisher { get; init; }

    /// <summary>
    /// The SHA-256 digest (64 hexadecimal digits) of every file of the folder by its relative path; null when the author gave none.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Files { get; init; }
}
