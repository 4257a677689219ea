using LimiQuantix.Images;
using LimiQuantix.Providers;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Providers.Loading;
using LimiQuantix.Storage;

namespace LimiQuantix.Core.Tests.Plugins;

public sealed class InstanceResolutionTests
{
    [Test]
    public void Invalid_options_of_all_instances_are_reported_together()
    {
        LimiQuantixException error = Refusal(b => b
            .AddInstance<FakeOptions>("fake", "one", o => o.Folder = "relative")
            .AddInstance<FakeOptions>("fake", "two", o => (o.Folder, o.Size) = ("also-relative", -1))
            .AddInstance<FakeOptions>("fake", "fine")
            .AddInstance<FakeOptions>("fake", "thrower", _ => throw new FormatException("no such unit")));

        Assert.That(error.Code, Is.EqualTo(ErrorCodes.InvalidArgument));
        Assert.That(error.Message, Does.StartWith("4 things"));
        Assert.That(error.Message, Does.Contain("'one'").And.Contain("'relative' is not absolute").And.Contain("'also-relative'")
            .And.Contain("Size").And.Contain("no such unit").And.Not.Contain("'fine'"));
    }

    [Test]
    public void Unknown_kind_is_refused_with_the_known_ones_and_the_package_that_brings_it()
    {
        LimiQuantixException error = Refusal(b => b.AddInstance<FakeOptions>("libvirt", "local"));

        Assert.That(error.Code, Is.EqualTo(ErrorCodes.InvalidArgument));
        Assert.That(error.Message, Does.Contain("'libvirt'").And.Contain("known: 'fake'")
            .And.Contain("LimiQuantix.Hypervisor.Libvirt").And.Contain("AddLibvirt()"));
    }

    [Test]
    public void Unknown_kind_of_somebody_else_is_refused_with_the_two_ways_to_add_it()
    {
        LimiQuantixException error = Refusal(b => b.AddInstance<FakeOptions>("tape", "local"));

        Assert.That(error.Message, Does.Contain("'tape'").And.Contain("package").And.Contain("plugin folder"));
    }

    [Test]
    public void Unknown_kind_names_the_refused_plugin_that_may_have_had_it()
    {
        LimiQuantixException error = Refusal(b => b
            .AddPlugin(new SecondFakePlugin(_ => throw new NotSupportedException("needs a newer kernel")))
            .AddInstance<FakeOptions>("tape", "local"));

        Assert.That(error.Message, Does.Contain("was refused").And.Contain("needs a newer kernel"));
    }

    [Test]
    public void Options_of_another_type_than_the_kinds_are_refused()
    {
        LimiQuantixException error = Refusal(b => b.AddInstance<OtherOptions>("fake", "one"));

        Assert.That(error.Message, Does.Contain(nameof(OtherOptions)).And.Contain(nameof(FakeOptions)));
    }

    [Test]
    public void Two_kinds_of_one_contract_cannot_share_a_name()
    {
        LimiQuantixException error = Refusal(b => b
            .AddPlugin(new SecondFakePlugin(r => r.Add<IImageSource, OtherOptions>("other", (_, _, _) => throw new NotSupportedException())))
            .AddInstance<FakeOptions>("fake", "one").AddInstance<OtherOptions>("other", "one"));

        Assert.That(error.Message, Does.Contain("'one'").And.Contain("'fake'").And.Contain("'other'"));
    }

    [Test]
    public void One_kind_name_serves_two_contracts_when_their_options_differ()
    {
        LimiQuantixBuilder builder = Builder();
        builder.AddPlugin(new SecondFakePlugin(r => r.Add<IStorageBackend, OtherOptions>("fake", (_, _, _) => throw new NotSupportedException())))
            .AddInstance<FakeOptions>("fake", "one").AddInstance<OtherOptions>("fake", "one");

        IReadOnlyList<ProviderInstance> instances = InstanceResolution.Resolve(builder.Build().Instances, Catalog(builder), TestEnvironment.Create("unused"));

        Assert.That(instances.Select(i => i.Info.Contract), Is.EqualTo(new[] { typeof(IImageSource), typeof(IStorageBackend) }));
    }

    [TestCase("")]
    [TestCase("-x")]
    [TestCase("Upper")]
    [TestCase("../escape")]
    [TestCase("a b")]
    public void Name_that_could_not_be_a_folder_is_refused(string name)
    {
        LimiQuantixException error = Refusal(b => b.AddInstance<FakeOptions>("fake", name));

        Assert.That(error.Message, Does.Contain($"'{name}'").And.Contain("lower-case"));
    }

    private static LimiQuantixException Refusal(Action<ILimiQuantixBuilder> configure)
    {
        LimiQuantixBuilder builder = Builder();
        configure(builder);
        return Assert.Throws<LimiQuantixException>(() => 
            InstanceResolution.Resolve(builder.Build().Instances, Catalog(builder), TestEnvironment.Create("unused")));
    }

    private static PluginCatalog Catalog(LimiQuantixBuilder builder) =>
        PluginCatalog.Load(builder.Build(), Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, new ProviderDeadlines(), TimeProvider.System);

    private static LimiQuantixBuilder Builder()
    {
        LimiQuantixBuilder builder = new();
        builder.AddPlugin(new FakePlugin(registry => registry.Add<IImageSource, FakeOptions>(
            "fake", (_, _, _) => throw new NotSupportedException("not opened here"), Problems)));
        return builder;
    }

    private static IEnumerable<string> Problems(FakeOptions options)
    {
        if (!Path.IsPathRooted(options.Folder))
            yield return $"Folder '{options.Folder}' is not absolute.";
        if (options.Size < 0)
            yield return "Size must not be negative.";
    }
}
