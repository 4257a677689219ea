using System.Collections;
using System.Reflection;
using LimiQuantix.Core;
using LimiQuantix.Nodes;
using LimiQuantix.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LimiQuantix.Tests;

/// <summary>The section <c>LimiQuantix</c> of the host's configuration sets the options by itself.</summary>
public sealed class ConfigurationTests
{
    private static readonly string Digest = new('a', 64);

    private static readonly Dictionary<string, string?> Everything = new()
    {
        ["DataDirectory"] = "/data",
        ["RuntimeDirectory"] = "/run/x",
        ["NodeId"] = "n2",
        ["PluginDirectories:0"] = "/plugins",
        ["AllowedPlugins:0"] = Digest,
        ["CatalogFiles:0"] = "/catalog.json",
        ["MaxConnectionsPerImage"] = "2",
        ["StopTimeout"] = "00:05:00",
        ["LeaseDuration"] = "00:00:20",
        ["JobSilenceTimeout"] = "01:00:00",
        ["MaxParallelOperations"] = "3",
        ["ProviderDeadlines:Register"] = "00:00:11",
        ["ProviderDeadlines:Open"] = "00:00:12",
        ["ProviderDeadlines:Read"] = "00:00:13",
        ["ProviderDeadlines:Mutate"] = "00:00:14",
        ["ProviderDeadlines:Copy"] = "00:00:15",
        ["ProviderDeadlines:Probe"] = "00:00:16",
        ["ProviderDeadlines:Cancel"] = "00:00:17",
        ["ProviderDeadlines:Dispose"] = "00:00:18",
    };

    [Test]
    public void Every_option_is_set_by_its_name()
    {
        LimiQuantixOptions options = Options(Everything);

        Assert.That(Values(options), Is.EquivalentTo(Everything.Select(setting => $"{setting.Key} = {setting.Value}")));
    }

    [Test]
    public void Names_are_taken_in_any_case_and_from_environment_variables()
    {
        LimiQuantixOptions options = Options(new() { ["stoptimeout"] = "00:03:00", ["PROVIDERDEADLINES:OPEN"] = "00:00:31" });

        Assert.That((options.StopTimeout, options.ProviderDeadlines.Open), Is.EqualTo((TimeSpan.FromMinutes(3), TimeSpan.FromSeconds(31))));
    }

    [Test]
    public void Configuration_changes_what_the_code_set_and_adds_to_its_lists()
    {
        LimiQuantixOptions options = Options(
            new() { ["StopTimeout"] = "00:03:00", ["LeaseDuration"] = "00:00:20", ["PluginDirectories:0"] = "/a" },
            set =>
            {
                set.StopTimeout = TimeSpan.FromMinutes(4);
                set.PluginDirectories.Add("/b");
            });

        Assert.That((options.StopTimeout, options.LeaseDuration), Is.EqualTo((TimeSpan.FromMinutes(3), TimeSpan.FromSeconds(20))));
        Assert.That(options.PluginDirectories, Is.EqualTo(new[] { "/b", "/a" }));
    }

    [Test]
    public void Relative_paths_begin_at_the_content_root()
    {
        LimiQuantixOptions options = Options(new() { ["DataDirectory"] = "data", ["PluginDirectories:0"] = "../plugins" });

        Assert.That(options.DataDirectory, Is.EqualTo("/srv/app/data"));
        Assert.That(options.PluginDirectories, Is.EqualTo(new[] { "/srv/plugins" }));
    }

    [Test]
    public void Empty_values_leave_the_defaults()
    {
        LimiQuantixOptions options = Options(new() { ["DataDirectory"] = "", ["StopTimeout"] = "", ["NodeId"] = "", ["PluginDirectories"] = "" });

        Assert.That((options.DataDirectory, options.StopTimeout, options.NodeId), Is.EqualTo(((string?)null, TimeSpan.FromMinutes(2), NodeId.Local)));
        Assert.That(options.PluginDirectories, Is.Empty);
    }

    [Test]
    public async Task Everything_that_is_wrong_is_told_at_once_and_keeps_the_host_from_starting()
    {
        await using TemporaryFolder folder = new();
        using var host = Build(
            folder,
            new()
            {
                ["StopTimeuot"] = "00:05:00",
                ["LeaseDuration"] = "soon",
                ["MaxParallelOperations"] = "eight",
                ["MaxConnectionsPerImage"] = "99",
                ["NodeId"] = "Not A Node",
                ["PluginDirectories"] = "plugins",
                ["StopTimeout:Seconds"] = "5",
                ["ProviderDeadlines"] = "long",
                ["ProviderDeadlines:Opne"] = "00:01:00",
                ["ProviderDeadlines:Read"] = "30",
            });

        var error = (await Assert.ThrowsAsync<LimiQuantixException>(() => host.StartAsync()))!;

        Assert.That(error.Code, Is.EqualTo(ErrorCodes.InvalidArgument));
        Assert.That(error.Message, Does.StartWith("10 things are wrong")
            .And.Contain("LimiQuantix: 'StopTimeuot' is no option. There are: DataDirectory, ")
            .And.Contain("LimiQuantix: LeaseDuration: 'soon' is not a time such as 00:00:30")
            .And.Contain("LimiQuantix: MaxParallelOperations: 'eight' is not a whole number")
            .And.Contain("MaxConnectionsPerImage 99 must be from 1 to 16")
            .And.Contain("LimiQuantix: NodeId: 'Not A Node' is not a node id")
            .And.Contain("LimiQuantix: PluginDirectories: it is a list: give its elements by number, such as 0")
            .And.Contain("LimiQuantix: StopTimeout: it has one value, and nothing named 'Seconds'")
            .And.Contain("LimiQuantix:ProviderDeadlines: 'long' is one value, and it has members")
            .And.Contain("LimiQuantix:ProviderDeadlines: 'Opne' is no option. There are: Register, ")
            .And.Contain("ProviderDeadlines.Read 30.00:00:00 must be from"));
        Assert.That(error.Remedy, Does.Contain("docs/configuration.md"));
    }

    [Test]
    public async Task Host_without_a_section_starts()
    {
        await using TemporaryFolder folder = new();
        using var host = Build(folder, []);

        await host.StartAsync();
        await host.StopAsync();
    }

    private static LimiQuantixOptions Options(Dictionary<string, string?> settings, Action<LimiQuantixOptions>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(Section(settings));
        services.AddSingleton<IHostEnvironment>(new ContentRoot());
        services.AddLimiQuantix(configure);
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<LimiQuantixOptions>>().Value;
    }

    private static IHost Build(TemporaryFolder folder, Dictionary<string, string?> settings)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddConfiguration(Section(settings));
        builder.Services.AddLimiQuantix(options => (options.DataDirectory, options.RuntimeDirectory) = (folder.Combine("data"), folder.Combine("run"))).UseInMemoryState();
        return builder.Build();
    }

    private static IConfigurationRoot Section(Dictionary<string, string?> settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => "LimiQuantix:" + setting.Key, setting => setting.Value)).Build();

    private static IEnumerable<string> Values(object options, string prefix = "") => options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).SelectMany(property =>
        property.GetValue(options) switch
        {
            string or TimeSpan or int or NodeId => [$"{prefix}{property.Name} = {property.GetValue(options)}"],
            IEnumerable list => list.Cast<object>().Select((value, index) => $"{prefix}{property.Name}:{index} = {value}"),
            { } inner => Values(inner, $"{prefix}{property.Name}:"),
            null => [$"{prefix}{property.Name} = null"],
        });

    private sealed class ContentRoot : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = "Production";

        public string ApplicationName { get; set; } = "test";

        public string ContentRootPath { get; set; } = "/srv/app";

        public Microsoft.Extensions.FileProviders.IFileProvider ContentRootFileProvider { get; set; } = null!;
    }
}
