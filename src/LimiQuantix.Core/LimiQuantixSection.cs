using System.Globalization;
using LimiQuantix.Nodes;
using LimiQuantix.Providers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LimiQuantix.Core;

/// <summary>
/// Sets the options from the section <c>LimiQuantix</c> of the host's configuration, after the host's code: an operator changes what a program set without building
/// it anew, as with instances. Without reflection, so that it works in
/// hosts compiled ahead of time. Relative paths begin at the host's content root, where its settings files are too.
/// </summary>
internal sealed class LimiQuantixSection(IConfiguration? configuration = null, IHostEnvironment? environment = null) : IPostConfigureOptions<LimiQuantixOptions>
{
    /// <summary>The section's name.</summary>
    public const string Name = "LimiQuantix";

    private static readonly Dictionary<string, Action<ProviderDeadlines, Setting>> Deadlines = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(ProviderDeadlines.Register)] = (deadlines, setting) => deadlines.Register = setting.Time() ?? deadlines.Register,
        [nameof(ProviderDeadlines.Open)] = (deadlines, setting) => deadlines.Open = setting.Time() ?? deadlines.Open,
        [nameof(ProviderDeadlines.Read)] = (deadlines, setting) => deadlines.Read = setting.Time() ?? deadlines.Read,
        [nameof(ProviderDeadlines.Mutate)] = (deadlines, setting) => deadlines.Mutate = setting.Time() ?? deadlines.Mutate,
        [nameof(ProviderDeadlines.Copy)] = (deadlines, setting) => deadlines.Copy = setting.Time() ?? deadlines.Copy,
        [nameof(ProviderDeadlines.Probe)] = (deadlines, setting) => deadlines.Probe = setting.Time() ?? deadlines.Probe,
        [nameof(ProviderDeadlines.Cancel)] = (deadlines, setting) => deadlines.Cancel = setting.Time() ?? deadlines.Cancel,
        [nameof(ProviderDeadlines.Dispose)] = (deadlines, setting) => deadlines.Dispose = setting.Time() ?? deadlines.Dispose,
    };

    // The instances have a reader of their own.
    private static readonly Dictionary<string, Action<LimiQuantixOptions, Setting>> Members = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(LimiQuantixOptions.DataDirectory)] = (options, setting) => options.DataDirectory = setting.Path() ?? options.DataDirectory,
        [nameof(LimiQuantixOptions.RuntimeDirectory)] = (options, setting) => options.RuntimeDirectory = setting.Path() ?? options.RuntimeDirectory,
        [nameof(LimiQuantixOptions.NodeId)] = (options, setting) => options.NodeId = setting.Node() ?? options.NodeId,
        [nameof(LimiQuantixOptions.PluginDirectories)] = (options, setting) => setting.AddPaths(options.PluginDirectories),
        [nameof(LimiQuantixOptions.AllowedPlugins)] = (options, setting) => setting.AddTexts(options.AllowedPlugins),
        [nameof(LimiQuantixOptions.CatalogFiles)] = (options, setting) => setting.AddPaths(options.CatalogFiles),
        [nameof(LimiQuantixOptions.MaxConnectionsPerImage)] = (options, setting) => options.MaxConnectionsPerImage = setting.Number() ?? options.MaxConnectionsPerImage,
        [nameof(LimiQuantixOptions.StopTimeout)] = (options, setting) => options.StopTimeout = setting.Time() ?? options.StopTimeout,
        [nameof(LimiQuantixOptions.LeaseDuration)] = (options, setting) => options.LeaseDuration = setting.Time() ?? options.LeaseDuration,
        [nameof(LimiQuantixOptions.JobSilenceTimeout)] = (options, setting) => options.JobSilenceTimeout = setting.Time() ?? options.JobSilenceTimeout,
        [nameof(LimiQuantixOptions.MaxParallelOperations)] = (options, setting) => options.MaxParallelOperations = setting.Number() ?? options.MaxParallelOperations,
        [nameof(LimiQuantixOptions.ProviderDeadlines)] = (options, setting) => Apply(Deadlines, options.ProviderDeadlines, setting),
        ["Instances"] = (_, _) => { },
    };

    public void PostConfigure(string? name, LimiQuantixOptions options)
    {
        if (configuration?.GetSection(Name) is not { } section || !section.Exists()) return;
        Apply(Members, options, new Setting(section, environment?.ContentRootPath ?? Environment.CurrentDirectory, options.SettingProblems));
    }

    private static void Apply<T>(Dictionary<string, Action<T, Setting>> members, T options, Setting section)
    {
        if (section.HasValue) section.Wrong("has members, and no value of its own");
        foreach (var setting in section.Children())
        {
            if (members.TryGetValue(setting.Key, out var apply)) apply(options, setting);
            else setting.Wrong($"is no option. There are: {string.Join(", ", members.Keys)}");
        }
    }

    /// <summary>One setting, and what is wrong with it.</summary>
    private sealed class Setting(IConfigurationSection section, string root, List<string> problems)
    {
        public string Key => section.Key;

        public bool HasValue => !string.IsNullOrEmpty(section.Value);

        public IEnumerable<Setting> Children() => section.GetChildren().Select(child => new Setting(child, root, problems));

        public void Wrong(string what) => problems.Add($"{section.Path}{(HasValue ? $" '{Names.Show(section.Value)}'" : "")} {what}.");

        public string? Path() => Text() is { } path ? System.IO.Path.GetFullPath(path, root) : null;

        public int? Number() => Read<int>(
            text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null, "is not a whole number");

        public TimeSpan? Time() => Read<TimeSpan>(
            text => TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) ? time : null, "is not a time such as 00:00:30 (hours, minutes, seconds)");

        public NodeId? Node() => Read<NodeId>(
            text =>
            {
                try
                {
                    return new NodeId(text);
                }
                catch (LimiQuantixException)
                {
                    return null;
                }
            },
            $"is not a node's name. {Names.DnsLabelRule.TrimEnd('.')}");

        public void AddPaths(ICollection<string> paths)
        {
            foreach (var path in Elements().Select(element => element.Path()).OfType<string>()) paths.Add(path);
        }

        public void AddTexts(ICollection<string> texts)
        {
            foreach (var text in Elements().Select(element => element.Text()).OfType<string>()) texts.Add(text);
        }

        // An empty list is read as an empty value.
        private IEnumerable<Setting> Elements()
        {
            if (HasValue) Wrong($"is one value, and a list is wanted, such as {section.Path}:0");
            return Children();
        }

        private T? Read<T>(Func<string, T?> read, string what)
            where T : struct
        {
            if (Text() is not { } text) return null;
            var value = read(text);
            if (value is null) Wrong(what);
            return value;
        }

        // An empty value, as an environment variable without one has it, leaves what is there.
        private string? Text()
        {
            if (section.GetChildren().Any()) Wrong("has one value, and no members");
            return HasValue ? section.Value : null;
        }
    }
}
