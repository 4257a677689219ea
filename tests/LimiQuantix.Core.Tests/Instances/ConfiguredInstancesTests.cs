using LimiQuantix.Core.Tests.Plugins;
using LimiQuantix.Images;
using LimiQuantix.Machines;
using LimiQuantix.Nodes;
using LimiQuantix.Plugins;
using LimiQuantix.Providers;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Providers.Loading;
using LimiQuantix.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace LimiQuantix.Core.Tests.Instances;

public sealed class ConfiguredInstancesTests
{
    [Test]
    public void Instances_of_the_configuration_are_a_list_or_go_by_name_and_say_their_node()
    {
        var instances = Resolve("""
            { "LimiQuantix": { "Instances": [
              { "Kind": "fake", "Name": "one", "Options": { "Folder": "/one", "Key": { "Name": "env:KEY" } } },
              { "Kind": "machines", "Name": "kvm" },
              { "Kind": "machines", "Name": "kvm", "Node": "n2" } ] } }
            """);
        var named = Resolve("""{ "LimiQuantix": { "Instances": { "two": { "kind": "fake", "options": { "folder": "/two" } } } } }""");

        Assert.That(instances.Select(one => one.Info.ToKey().ToString()), Is.EqualTo(new[]
        {
            "IImageSource 'one'", "IHypervisor 'kvm' on node 'local'", "IHypervisor 'kvm' on node 'n2'",
        }));
        Assert.That(instances.Select(one => one.Info.Origin), Has.All.EqualTo(InstanceOrigin.Configuration));
        Assert.That(named.Single().Info.Name, Is.EqualTo("two"));
    }

    [Test]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        var error = Assert.Throws<LimiQuantixException>(() => Resolve("""
            { "LimiQuantix": { "Instances": [
              { "Kind": "fake", "Name": "one", "Options": { "Fodler": "/x", "Size": "many", "Limit": "soon" } },
              { "Kind": "fake", "Naem": "two" },
              { "Name": "three" },
              "four",
              { "Kind": "fake", "Name": "five", "Node": "Not A Node" },
              { "Kind": "tape", "Name": "six" },
              { "Kind": "fake", "Name": "seven", "Options": { "Folder": "relative" } },
              { "Kind": "fake", "Name": "Eight!" } ] } }
            """));

        Assert.That(error!.Code, Is.EqualTo(ErrorCodes.InvalidArgument));
        Assert.That(error.Message, Does.Contain("'Fodler' is no option").And.Contain("Size").And.Contain("Limit").And.Contain("Instances:1:Naem")
            .And.Contain("Instances:1 has no Name").And.Contain("Instances:2 has no Kind").And.Contain("'four'").And.Contain("Instances:4:Node")
            .And.Contain("'tape'").And.Contain("'relative' is not absolute").And.Contain("'Eight!'"));
    }

    [Test]
    public void Values_that_do_not_fit_are_told_in_the_authors_words_with_the_rules_that_the_others_break()
    {
        var message = Assert.Throws<LimiQuantixException>(() => Resolve("""
            { "LimiQuantix": { "Instances": { "one": { "Kind": "fake",
              "Options": { "Folder": "relative", "Size": "many", "Limit": "soon", "Key": { "Nmae": "env:KEY" }, "Colour": "red" } } } } }
            """))!.Message;

        Assert.That(message, Does.Contain("Size: 'many' is not a whole number from -2147483648 to 2147483647.")
            .And.Contain("Limit: 'soon' is not a time such as 00:00:30.").And.Contain("Key: it is a reference to a secret: give its Name")
            .And.Contain("'Colour' is no option. There are: Folder, Size, Limit, Key.").And.Contain("'relative' is not absolute"));
        Assert.That(message, Does.Not.Contain("BinderOptions").And.Not.Contain("System.").And.Not.Contain("ErrorOn"));
    }

    [Test]
    public void Rule_about_a_value_that_could_not_be_set_is_not_told_beside_it()
    {
        var message = Assert.Throws<LimiQuantixException>(() => Resolve(
            """{ "LimiQuantix": { "Instances": { "one": { "Kind": "fake", "Options": { "Folder": { "Path": "/x" } } } } } }"""))!.Message;

        Assert.That(message, Does.Contain("Folder: it has one value, and nothing named 'Path'.").And.Not.Contain("absolute"));
    }

    [Test]
    public void Configuration_configures_what_the_code_added_further()
    {
        var builder = Builder();
        builder.AddInstance<FakeOptions>("fake", "one", options => options.Size = 7);

        var instance = Resolve("""{ "LimiQuantix": { "Instances": [ { "Kind": "fake", "Name": "one", "Options": { "Folder": "/configured" } } ] } }""", builder).Single();

        Assert.That(instance.Info.Origin, Is.EqualTo(InstanceOrigin.Code));
    }

    [Test]
    public void Kind_without_a_binder_says_whether_its_options_need_reflection()
    {
        var builder = Builder();
        var kinds = PluginCatalog.Load(builder.Build(), NullLoggerFactory.Instance, new ProviderDeadlines(), TimeProvider.System).Plugins.SelectMany(plugin => plugin.Kinds);

        Assert.That(kinds.Select(kind => (kind.Kind, kind.NeedsReflection)), Is.EqualTo(new[] { ("fake", false), ("machines", false), ("pool", false), ("deep", true), ("bound", false) }));
    }

    [Test]
    public void Binder_of_a_kind_is_used_and_its_problems_are_told()
    {
        var error = Assert.Throws<LimiQuantixException>(() => Resolve(
            """{ "LimiQuantix": { "Instances": [ { "Kind": "bound", "Name": "one", "Options": { "Size": "3", "Colour": "red" } } ] } }"""));

        Assert.That(error!.Message, Does.Contain("Bound: 'Colour' is not known").And.Contain("'one'").And.Not.Contain("reflection"));
    }

    [Test]
    public void Kind_decides_by_its_options_whether_it_is_shared_and_what_is_said_counts_more()
    {
        var builder = Builder();
        builder.AddInstance<OtherOptions>("pool", "here")
            .AddInstance<OtherOptions>("pool", "everywhere", options => options.IsShared = true)
            .AddInstance<OtherOptions>("pool", "everywhere", options => options.IsShared = true, new NodeId("n1"));

        var nodes = Resolve("{}", builder).Select(one => (one.Info.Name, one.Info.Node?.Value)).ToArray();

        Assert.That(nodes, Is.EqualTo(new[] { ("here", "local"), ("everywhere", null), ("everywhere", "n1") }));
    }

    [Test]
    public void Two_instances_of_one_contract_name_and_node_are_refused()
    {
        var builder = Builder();
        builder.AddInstance<OtherOptions>("pool", "one").AddInstance<OtherOptions>("pool", "one", node: NodeId.Local);

        var error = Assert.Throws<LimiQuantixException>(() => Resolve("{}", builder));

        Assert.That(error!.Message, Does.Contain("IStorageBackend 'one' on node 'local'"));
    }

    private static IReadOnlyList<ProviderInstance> Resolve(string json, LimiQuantixBuilder? builder = null)
    {
        builder ??= Builder();
        var configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json))).Build();
        var (instances, problems) = ConfiguredInstances.Read(configuration);
        var catalog = PluginCatalog.Load(builder.Build(), NullLoggerFactory.Instance, new ProviderDeadlines(), TimeProvider.System);
        return InstanceResolution.Resolve([.. builder.Build().Instances, .. instances], catalog, TestEnvironment.Create("unused"), problems);
    }

    private static LimiQuantixBuilder Builder()
    {
        LimiQuantixBuilder builder = new();
        builder.AddPlugin(new FakePlugin(registry =>
        {
            registry.Add<IImageSource, FakeOptions>("fake", (_, _, _) => throw new NotSupportedException(), Problems);
            registry.Add<IHypervisor, FakeOptions>("machines", (_, _, _) => throw new NotSupportedException());
            registry.Add<IStorageBackend, OtherOptions>("pool", (_, _, _) => throw new NotSupportedException(), isShared: options => options.IsShared);
            registry.Add<IStorageBackend, DeepOptions>("deep", (_, _, _) => throw new NotSupportedException());
            registry.Add<IImageSource, DeepOptions>(
                "bound",
                (_, _, _) => throw new NotSupportedException(),
                bind: (_, settings) => settings.Keys.Where(key => key != "Size").Select(key => $"Bound: '{key}' is not known."));
        }));
        return builder;
    }

    private sealed class DeepOptions
    {
        public FakeOptions Inner { get; } = new();
    }

    private static IEnumerable<string> Problems(FakeOptions options)
    {
        if (!Path.IsPathRooted(options.Folder)) yield return $"Folder '{options.Folder}' is not absolute.";
    }
}
