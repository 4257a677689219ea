using LimiQuantix.Core.Tests.Plugins;
using LimiQuantix.Images;
using LimiQuantix.Nodes;
using LimiQuantix.Plugins;
using LimiQuantix.State;
using LimiQuantix.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LimiQuantix.Core.Tests.Instances;

/// <summary>Instances that come and go while engines run, through the public API.</summary>
public sealed class LiveInstancesTests
{
    private static readonly InstanceKey Late = new() { Contract = nameof(IImageSource), Name = "late" };

    private readonly List<string> _ended = [];
    private readonly List<ServiceProvider> _engines = [];
    private TemporaryFolder _folder = null!;
    private int _opens;

    [SetUp]
    public void SetUp()
    {
        _folder = new TemporaryFolder();
        _ended.Clear();
        _opens = 0;
    }

    [TearDown]
    public async Task TearDown()
    {
        foreach (var engine in _engines) await engine.DisposeAsync();
        _engines.Clear();
        await _folder.DisposeAsync();
    }

    [Test]
    public async Task Added_instance_is_used_at_once_outlasts_the_process_and_is_seen_by_another_engine()
    {
        var first = Start();
        var second = Start();

        var added = await first.Instances.AddAsync(new InstanceSpec { Kind = "fake", Name = "late", Settings = new Dictionary<string, string?> { ["Size"] = "3" } });
        Assert.That((added.Key, added.Origin, added.Phase), Is.EqualTo((Late, InstanceOrigin.State, InstancePhase.Waiting)));
        Assert.That((await first.Instances.OpenAsync(Late)).Phase, Is.EqualTo(InstancePhase.Open));
        await Eventually.TrueAsync(async () => (await second.Instances.ListAsync()).Any(one => one.Key == Late), "the other engine sees it");
        Assert.That((await second.Instances.OpenAsync(Late)).Phase, Is.EqualTo(InstancePhase.Open));

        foreach (var query in new InstanceQuery[] { new() { Kind = "fake" }, new() { Contract = nameof(IImageSource) } })
            Assert.That((await first.Instances.ListAsync(query)).Select(one => one.Key), Does.Contain(Late).And.No.Member(new InstanceKey { Contract = nameof(IStateStore), Name = "state" }));
        Assert.That((await first.Instances.ListAsync(new() { Kind = "fake", Phase = InstancePhase.Closed })), Is.Empty);
        Assert.That((await first.Instances.ListAsync(new() { Node = NodeId.Local })).Select(one => one.Key.Node), Is.All.EqualTo(NodeId.Local).And.Not.Empty);

        await _engines[0].DisposeAsync();
        await _engines[1].DisposeAsync();
        var third = Start();
        Assert.That((await third.Instances.GetAsync(Late)).Phase, Is.EqualTo(InstancePhase.Waiting));
        Assert.That((await third.Instances.OpenAsync(Late)).Phase, Is.EqualTo(InstancePhase.Open));
    }

    [Test]
    public async Task Removed_instance_is_ended_and_gone_on_every_engine()
    {
        var first = Start();
        var second = Start();
        await first.Instances.AddAsync(new InstanceSpec { Kind = "fake", Name = "late" });
        await first.Instances.OpenAsync(Late);
        await Eventually.TrueAsync(async () => (await second.Instances.ListAsync()).Any(one => one.Key == Late), "the other engine sees it");
        await second.Instances.OpenAsync(Late);

        await first.Instances.RemoveAsync(Late);
        await first.Instances.RemoveAsync(Late);

        Assert.That(async () => await first.Instances.GetAsync(Late), Throws.InstanceOf<LimiQuantixException>().With.Property("Code").EqualTo(ErrorCodes.NotFound));
        await Eventually.TrueAsync(async () => !(await second.Instances.ListAsync()).Any(one => one.Key == Late), "the other engine removes it");
        await Eventually.TrueAsync(() => _ended.Count(name => name == "late") == 2, "both are ended");
    }

    [Test]
    public async Task Closed_instance_is_ended_and_not_used_until_it_is_opened_after_a_restart_too()
    {
        var first = Start();
        var key = new InstanceKey { Contract = nameof(IImageSource), Name = "coded" };
        await first.Instances.OpenAsync(key);

        Assert.That((await first.Instances.CloseAsync(key)).Phase, Is.EqualTo(InstancePhase.Closed));
        Assert.That((await first.Instances.CloseAsync(key)).Phase, Is.EqualTo(InstancePhase.Closed));
        Assert.That(_ended, Is.EqualTo(new[] { "coded" }));
        Assert.That(
            async () => await (await first.Images.ImportAsync(new ImageImport { Location = "fake:///x" })).CompletedAsync(),
            Throws.InstanceOf<LimiQuantixException>().With.Message.Contain("No image source serves"));

        await _engines[0].DisposeAsync();
        var second = Start();
        Assert.That((await second.Instances.GetAsync(key)).Phase, Is.EqualTo(InstancePhase.Closed));
        Assert.That((await second.Instances.OpenAsync(key)).Phase, Is.EqualTo(InstancePhase.Open));
        Assert.That(_opens, Is.EqualTo(2));
    }

    [Test]
    public async Task What_cannot_be_added_is_told_whole_and_stored_nowhere()
    {
        var engine = Start();

        using (Assert.EnterMultipleScope())
        {
            await RefusedAsync(ErrorCodes.InvalidArgument, "'Fodler'", () => engine.Instances.AddAsync(
                new InstanceSpec { Kind = "fake", Name = "late", Settings = new Dictionary<string, string?> { ["Fodler"] = "x", ["Size"] = "many" } }));
            await RefusedAsync(ErrorCodes.InvalidArgument, "'tape'", () => engine.Instances.AddAsync(new InstanceSpec { Kind = "tape", Name = "late" }));
            await RefusedAsync(ErrorCodes.Conflict, "'coded'", () => engine.Instances.AddAsync(new InstanceSpec { Kind = "fake", Name = "coded" }));
            await RefusedAsync(ErrorCodes.FailedPrecondition, "state", () => engine.Instances.AddAsync(new InstanceSpec { Kind = "memory", Name = "other" }));
            await RefusedAsync(ErrorCodes.FailedPrecondition, "code", async () =>
            {
                await engine.Instances.RemoveAsync(new InstanceKey { Contract = nameof(IImageSource), Name = "coded" });
                return null!;
            });
            await RefusedAsync(ErrorCodes.FailedPrecondition, "configuration", async () =>
            {
                await engine.Instances.RemoveAsync(new InstanceKey { Contract = nameof(IImageSource), Name = "configured" });
                return null!;
            });
            await RefusedAsync(
                ErrorCodes.FailedPrecondition, "state", () => engine.Instances.CloseAsync(new InstanceKey { Contract = nameof(IStateStore), Name = "state" }));
            await RefusedAsync(ErrorCodes.NotFound, "late", () => engine.Instances.CloseAsync(Late));
            Assert.That((await engine.Instances.ListAsync()).Select(one => one.Key.Name), Does.Not.Contain("late"));
        }
    }

    [Test]
    public async Task Ten_who_add_the_same_get_it_once()
    {
        var engines = new[] { Start(), Start() };

        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(async number =>
        {
            try
            {
                return (await engines[number % 2].Instances.AddAsync(new InstanceSpec { Kind = "fake", Name = "late" })).Phase.ToString();
            }
            catch (LimiQuantixException exception)
            {
                return exception.Code;
            }
        }));

        Assert.That(results.Count(result => result == nameof(InstancePhase.Waiting)), Is.EqualTo(1), string.Join(" ", results));
        Assert.That(results.Count(result => result == ErrorCodes.Conflict), Is.EqualTo(9), string.Join(" ", results));
    }

    [Test]
    public async Task Instance_whose_plugin_another_engine_has_is_refused_here_and_hides_none()
    {
        var first = Start();
        await first.Instances.AddAsync(new InstanceSpec { Kind = "fake", Name = "late" });
        var without = Start(withPlugin: false);

        var instance = await without.Instances.GetAsync(Late);

        Assert.That(instance.Phase, Is.EqualTo(InstancePhase.Refused));
        Assert.That(instance.Error!.Message, Does.Contain("'fake'"));
        Assert.That((await without.Instances.ListAsync()).Select(one => one.Key.Name), Does.Contain("user"));
    }

    [Test]
    public async Task Node_is_there_as_soon_as_an_instance_is_on_it()
    {
        var engine = Start();
        Assert.That((await engine.Nodes.ListAsync()).Items.Select(node => node.Name), Is.EqualTo(new[] { "n0" }), "the engine's own, as it was named");

        await engine.Instances.AddAsync(new InstanceSpec { Kind = "fake", Name = "late", Node = new NodeId("n7") });

        Assert.That((await engine.Nodes.ListAsync()).Items.Select(node => node.Name), Is.EquivalentTo(new[] { "n0", "n7" }));
        Assert.That((await engine.Instances.ListAsync()).Single(one => one.Key.Name == "user").Key.Node, Is.EqualTo(new NodeId("n0")));
    }

    private ILimiQuantix Start(bool withPlugin = true)
    {
        var services = new ServiceCollection();
        var builder = services.AddLimiQuantix(options =>
        {
            options.DataDirectory = _folder.Combine("data");
            options.RuntimeDirectory = _folder.Combine("run");
            options.NodeId = new NodeId("n0");
        });
        if (withPlugin)
        {
            services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["LimiQuantix:Instances:0:Kind"] = "fake",
                ["LimiQuantix:Instances:0:Name"] = "configured",
            }).Build());
            builder.AddInstance<FakeOptions>("fake", "coded").AddPlugin(new FakePlugin(registry => registry.Add<IImageSource, FakeOptions>("fake", (context, _, _) =>
            {
                if (context.InstanceName == "coded") Interlocked.Increment(ref _opens);
                return ValueTask.FromResult<IImageSource>(new FakeImageSource(context.InstanceName, _ended) { Serves = context.InstanceName == "coded" ? ["fake://"] : ["other://"] });
            })));
        }

        var provider = services.BuildServiceProvider();
        _engines.Add(provider);
        return provider.GetRequiredService<ILimiQuantix>();
    }

    private static async Task RefusedAsync(string code, string word, Func<Task<Instance>> call)
    {
        var error = await Assert.ThrowsAsync<LimiQuantixException>(() => call());
        Assert.That(error!.Code, Is.EqualTo(code), error.Message);
        Assert.That(error.Message, Does.Contain(word));
    }
}
