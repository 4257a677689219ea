using LimiQuantix.Images;
using LimiQuantix.Plugins;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Providers.Loading;
using LimiQuantix.Storage;
using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.Plugins;

public sealed class ProviderInstancesTests
{
    private readonly List<string> _ended = [];
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
    public void TearDown() => _folder.Dispose();

    [Test]
    public async Task Instance_is_opened_once_when_many_ask_at_once()
    {
        await using ProviderInstances instances = Open(b => b.AddInstance<FakeOptions>("fake", "one"));

        IImageSource[] got = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(_ => Task.Run(async () => await instances.GetAsync<IImageSource>("one"))));

        Assert.That(_opens, Is.EqualTo(1));
        Assert.That(got.Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task Instance_is_not_opened_before_its_first_use()
    {
        await using ProviderInstances instances = Open(b => b.AddInstance<FakeOptions>("fake", "one"));

        Assert.That(instances.All<IImageSource>().Select(i => (i.Name, i.Kind)), Is.EqualTo(new[] { ("one", "fake") }));
        Assert.That(instances.All<IStorageBackend>(), Is.Empty);
        Assert.That(_opens, Is.Zero);
    }

    [Test]
    public async Task Configure_actions_run_in_order_when_an_instance_is_configured_twice()
    {
        FakeOptions? seen = null;
        await using ProviderInstances instances = Open(
            b => b.AddInstance<FakeOptions>("fake", "one", o => (o.Folder, o.Size) = ("/first", 7))
                .AddInstance<FakeOptions>("fake", "one", o => o.Folder += "/second"),
            onOpen: (_, options) => seen = options);

        await instances.GetAsync<IImageSource>("one");

        Assert.That((seen?.Folder, seen?.Size), Is.EqualTo(("/first/second", 7)));
    }

    [Test]
    public async Task Settings_configure_an_instance_whose_options_type_the_host_cannot_name()
    {
        FakeOptions? seen = null;
        await using ProviderInstances instances = Open(
            b => b.AddInstance("fake", "one", new Dictionary<string, string?>
            {
                ["Folder"] = "/from/settings",
                ["size"] = "12",
                ["Limit"] = "00:00:30",
                ["Key:Name"] = "env:KEY",
            }),
            onOpen: (_, options) => seen = options);

        await instances.GetAsync<IImageSource>("one");

        Assert.That((seen?.Folder, seen?.Size, seen?.Limit), Is.EqualTo(("/from/settings", 12, TimeSpan.FromSeconds(30))));
        Assert.That(seen?.Key, Is.EqualTo(new SecretReference { Name = "env:KEY", Owner = SecretOwner.OfInstance("one") }));
    }

    [Test]
    public void Settings_are_refused_when_a_property_is_unknown_or_a_value_does_not_fit()
    {
        LimiQuantixException error = Assert.Throws<LimiQuantixException>(() => Open(b => b
            .AddInstance("fake", "one", new Dictionary<string, string?> { ["Fodler"] = "/x" })
            .AddInstance("fake", "two", new Dictionary<string, string?> { ["Size"] = "many" })));

        Assert.That(error.Message, Does.Contain("Fodler").And.Contain("'one'").And.Contain("Size").And.Contain("'two'"));
    }

    [Test]
    public async Task Failed_opening_is_tried_again_at_the_next_use()
    {
        bool broken = true;
        await using ProviderInstances instances = Open(
            b => b.AddInstance<FakeOptions>("fake", "one"),
            onOpen: (_, _) =>
            {
                if (broken)
                    throw new IOException("the folder is locked");
            });

        LimiQuantixException? error = await Assert.ThrowsAsync<LimiQuantixException>(async () => await instances.GetAsync<IImageSource>("one"));
        broken = false;
        IImageSource source = await instances.GetAsync<IImageSource>("one");

        Assert.That(error!.Code, Is.EqualTo(ErrorCodes.PluginFailed));
        Assert.That(error.Message, Does.Contain("'one'").And.Contain("'fake'").And.Contain("the folder is locked"));
        Assert.That(error.InnerException, Is.InstanceOf<IOException>());
        Assert.That(source, Is.Not.Null);
    }

    [Test]
    public async Task Cancelled_opening_does_not_spoil_the_instance_for_others()
    {
        using CancellationTokenSource cancellation = new();
        TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        FakePlugin plugin = new(registry => registry.Add<IImageSource, FakeOptions>("fake", async (context, _, token) =>
        {
            Interlocked.Increment(ref _opens);
            started.TrySetResult();
            await gate.Task.WaitAsync(token);
            return new FakeImageSource(context.InstanceName, _ended);
        }));
        LimiQuantixBuilder builder = new();
        builder.AddPlugin(plugin).AddInstance<FakeOptions>("fake", "one");
        await using ProviderInstances instances = TestEnvironment.Open(builder, _folder.Path);

        Task<IImageSource> first = instances.GetAsync<IImageSource>("one", cancellation.Token).AsTask();
        await started.Task;
        Task<IImageSource> second = instances.GetAsync<IImageSource>("one").AsTask();
        await cancellation.CancelAsync();

        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());
        gate.SetResult();
        Assert.That(await second, Is.Not.Null);
        Assert.That(_opens, Is.EqualTo(1), "the opening is nobody's own: who goes away ends only a wait");
    }

    [Test]
    public async Task Opened_instances_end_in_reverse_order_and_cannot_be_used_afterwards()
    {
        ProviderInstances instances = Open(b => b
            .AddInstance<FakeOptions>("fake", "a").AddInstance<FakeOptions>("fake", "b").AddInstance<FakeOptions>("fake", "c"));
        foreach (string name in new[] { "c", "a" })
            await instances.GetAsync<IImageSource>(name);

        await instances.DisposeAsync();
        await instances.DisposeAsync();

        Assert.That(_ended, Is.EqualTo(new[] { "a", "c" }));
        Assert.That(async () => await instances.GetAsync<IImageSource>("b"), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public async Task Instance_gets_a_context_with_folders_of_its_own()
    {
        List<ProviderContext> contexts = [];
        await using ProviderInstances instances = Open(
            b => b.AddInstance<FakeOptions>("fake", "one").AddInstance<FakeOptions>("fake", "two"), (context, _) => contexts.Add(context));

        await instances.GetAsync<IImageSource>("one");
        await instances.GetAsync<IImageSource>("two");

        Assert.That(contexts.Select(c => c.InstanceName), Is.EqualTo(new[] { "one", "two" }));
        Assert.That(contexts[0].InstallationId, Is.EqualTo(TestEnvironment.InstallationId));
        string[] folders = [.. contexts.SelectMany(c => new[] { c.DataDirectory, c.RuntimeDirectory })];
        Assert.That(folders, Is.Unique);
        Assert.That(folders.All(f => Directory.Exists(f) && Path.IsPathFullyQualified(f)), Is.True);
        Assert.That(contexts[0].RuntimeDirectory, Has.Length.LessThan(Path.Combine(_folder.Path, "run").Length + 12));
    }

    [Test]
    [Platform("Linux,MacOsX")]
    public async Task Folders_of_an_instance_can_be_passed_through_but_not_listed_by_others()
    {
        List<ProviderContext> contexts = [];
        await using ProviderInstances instances = Open(b => b.AddInstance<FakeOptions>("fake", "one"), (context, _) => contexts.Add(context));

        await instances.GetAsync<IImageSource>("one");

        string mode = Convert.ToString((int)(OperatingSystem.IsWindows() ? 0 : File.GetUnixFileMode(contexts[0].DataDirectory)), 8);
        Assert.That(mode, Is.EqualTo("711"));
    }

    [Test]
    public async Task Asking_for_an_unknown_name_tells_the_known_ones()
    {
        await using ProviderInstances instances = Open(b => b.AddInstance<FakeOptions>("fake", "one"));

        LimiQuantixException? error = await Assert.ThrowsAsync<LimiQuantixException>(async () => await instances.GetAsync<IImageSource>("two"));

        Assert.That(error!.Code, Is.EqualTo(ErrorCodes.NotFound));
        Assert.That(error.Message, Does.Contain("'two'").And.Contain("'one'"));
    }

    private ProviderInstances Open(Action<ILimiQuantixBuilder> configure, Action<ProviderContext, FakeOptions>? onOpen = null)
    {
        LimiQuantixBuilder builder = new();
        builder.AddPlugin(new FakePlugin(registry => registry.Add<IImageSource, FakeOptions>("fake", (context, options, _) =>
        {
            Interlocked.Increment(ref _opens);
            onOpen?.Invoke(context, options);
            return ValueTask.FromResult<IImageSource>(new FakeImageSource(context.InstanceName, _ended));
        })));
        configure(builder);
        return TestEnvironment.Open(builder, _folder.Path);
    }
}
