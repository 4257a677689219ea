using System.Diagnostics.CodeAnalysis;
using LimiQuantix.Providers.Instances;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LimiQuantix.Core;

/// <summary>
/// Sets the options from the section <c>LimiQuantix</c> of the host's configuration, after the host's code: an operator changes what a program set without building
/// it anew, as with instances, and by the same binding. An empty value, as an environment variable without one has it, leaves what is there. Relative paths begin at
/// the host's content root, where its settings files are too.
/// </summary>
internal sealed class LimiQuantixSection(IConfiguration? configuration = null, IHostEnvironment? environment = null) : IPostConfigureOptions<LimiQuantixOptions>
{
    /// <summary>The section's name.</summary>
    public const string Name = "LimiQuantix";

    // The instances have a reader of their own.
    private static readonly HashSet<string> Elsewhere = new(StringComparer.OrdinalIgnoreCase) { "Instances", nameof(LimiQuantixOptions.ProviderDeadlines) };

    private static readonly HashSet<string> Paths = new(StringComparer.OrdinalIgnoreCase)
    {
        nameof(LimiQuantixOptions.DataDirectory), nameof(LimiQuantixOptions.RuntimeDirectory), nameof(LimiQuantixOptions.PluginDirectories), nameof(LimiQuantixOptions.CatalogFiles),
    };

    private readonly string _root = environment?.ContentRootPath ?? Environment.CurrentDirectory;

    public void PostConfigure(string? name, LimiQuantixOptions options)
    {
        if (configuration?.GetSection(Name) is not { } section) return;
        Bind(options, section, options.SettingProblems);
        Bind(options.ProviderDeadlines, section.GetSection(nameof(LimiQuantixOptions.ProviderDeadlines)), options.SettingProblems);
    }

    private void Bind<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TOptions>(
        TOptions options, IConfigurationSection section, List<string> problems)
        where TOptions : class
    {
        if (!string.IsNullOrEmpty(section.Value)) problems.Add($"{section.Path}: '{Names.Show(section.Value)}' is one value, and it has members.");
        var settings = section.AsEnumerable(makePathsRelative: true)
            .Select(setting => (Member: setting.Key.Split(':')[0], setting.Key, setting.Value))
            .Where(setting => setting.Key.Length > 0 && !string.IsNullOrEmpty(setting.Value) && !Elsewhere.Contains(setting.Member))
            .ToDictionary(setting => setting.Key, setting => Paths.Contains(setting.Member) ? Path.GetFullPath(setting.Value!, _root) : setting.Value);
        problems.AddRange(OptionsBinding.Bind(options, settings).Select(problem => $"{section.Path}: {problem}"));
    }
}
