using System.Diagnostics;
using System.Net.Sockets;
using LimiQuantix.Core.Tests.Images;
using LimiQuantix.Core.Tests.Plugins.Guards;
using LimiQuantix.Images;
using LimiQuantix.Machines;
using LimiQuantix.Nodes;
using LimiQuantix.Operations;
using LimiQuantix.Storage;
using LimiQuantix.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LimiQuantix.Core.Tests.Plugins;

/// <summary>A host with plugins that hang, throw and answer nothing, through the public API alone. The deadlines are short, what is waited for them is not.</summary>
public sealed class HostIsolationTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(500);

    // The sources that are well have to answer within it too, on a busy machine.
    private static readonly TimeSpan Probe = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly List<MisbehavingPlugin> _plugins = [];
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown()
    {
        foreach (var plugin in _plugins) plugin.Release();
        _plugins.Clear();
        _folder.Dispose();
    }

    [TestCase(Misbehaviour.HangsForever)]
    [TestCase(Misbehaviour.BlocksItsThread)]
    public async Task Eight_imports_whose_probe_never_answers_do_not_keep_a_file_from_being_imported(object how)
    {
        var file = Path.Combine(_folder.Path, "disk.img");
        await File.WriteAllBytesAsync(file, TestImages.Raw(1 << 20));
        using var host = Build(b => b.AddPlugin(Bad<IImageSource>(nameof(IImageSource.ProbeAsync), (Misbehaviour)how)).AddInstance<FakeOptions>("bad", "one"));
        await host.StartAsync();
        var images = host.Services.GetRequiredService<ILimiQuantix>().Images;

        List<OperationHandle<Image>> stuck = [];
        for (var i = 0; i < 8; i++) stuck.Add(await images.ImportAsync(new ImageImport { Location = $"bad:///{i}" }));
        var image = await images.EnsureAsync(file).WaitAsync(Patience);

        Assert.That(image.Status.Phase, Is.EqualTo(ImagePhase.Ready));
        var error = await Assert.ThrowsAsync<LimiQuantixException>(() => stuck[0].CompletedAsync().WaitAsync(Patience));
        Assert.That(error!.Message, Does.Contain("'one'").And.Contain("ProbeAsync"));
        await StopAsync(host);
    }

    [Test]
    public async Task Pools_that_throw_hang_or_answer_nothing_hide_no_other()
    {
        using var host = Build(b => b
            .AddPlugin(Bad<IStorageBackend>(nameof(IStorageBackend.GetStatusAsync), Misbehaviour.BlocksItsThread))
            .AddPlugin(new SecondFakePlugin(
                r => r.Add<IStorageBackend, OtherOptions>("broken", (_, _, _) => throw new InvalidOperationException("out of order"))))
            .AddInstance<FakeOptions>("bad", "hangs").AddInstance<OtherOptions>("broken", "throws"));
        await host.StartAsync();

        var limiquantix = host.Services.GetRequiredService<ILimiQuantix>();
        var listed = (await limiquantix.Pools.ListAsync(new PoolQuery { Order = ResourceOrder.Name }).WaitAsync(Patience)).Items;
        var pools = await Task.WhenAll(listed.Select(pool => limiquantix.Pools.GetAsync(pool.Id))).WaitAsync(Patience);

        Assert.That(pools.Select(p => p.Name), Is.EqualTo(new[] { "hangs", "throws" }));
        Assert.That(pools.Select(p => p.Status.Error!.Code), Is.EqualTo(new[] { ErrorCodes.Timeout, ErrorCodes.PluginFailed }));
        Assert.That(pools[0].Status.Error!.Message, Does.Contain("GetStatusAsync").And.Contain("3 s"));
        Assert.That(pools[1].Status.Error!.Message, Does.Contain("out of order"));
        await StopAsync(host);
    }

    [Test]
    public async Task Cancelled_look_at_a_pool_returns_whatever_the_pool_does()
    {
        using var host = Build(
            b => b.AddPlugin(Bad<IStorageBackend>(nameof(IStorageBackend.GetStatusAsync), Misbehaviour.BlocksItsThread)).AddInstance<FakeOptions>("bad", "one"),
            o => o.ProviderDeadlines.Read = TimeSpan.FromHours(1));
        await host.StartAsync();
        using CancellationTokenSource cancellation = new();

        var look = host.Services.GetRequiredService<ILimiQuantix>().Pools.GetAsync("one", cancellationToken: cancellation.Token);
        await _plugins[0].Entered.WaitAsync(Patience);
        await cancellation.CancelAsync();

        Assert.That(async () => await look.WaitAsync(Patience), Throws.InstanceOf<OperationCanceledException>());
        _plugins[0].Release();
        await StopAsync(host);
    }

    [Test]
    public async Task Plugin_that_hangs_while_it_registers_is_refused_and_the_host_starts()
    {
        using ManualResetEventSlim never = new();
        using var host = Build(b => b.AddPlugin(new SecondFakePlugin(_ => never.Wait())));

        await Task.Run(() => host.StartAsync()).WaitAsync(Patience);
        var plugins = await host.Services.GetRequiredService<ILimiQuantix>().Plugins.ListAsync();

        Assert.That(plugins.Select(p => p.Refusal?.Message ?? ""), Has.Some.Contains("did not return in 3 s"));
        var (refused, loaded) = (await ListAsync(true), await ListAsync(false));
        Assert.That(refused.Select(p => p.Refusal?.Message), Has.One.Contains("did not return in 3 s"));
        Assert.That(loaded.Select(p => p.Refusal), Is.All.Null);
        Assert.That(refused.Concat(loaded), Is.EquivalentTo(plugins));
        Task<IReadOnlyList<LimiQuantix.Plugins.PluginInfo>> ListAsync(bool isRefused) => host.Services.GetRequiredService<ILimiQuantix>().Plugins.ListAsync(new() { IsRefused = isRefused });
        never.Set();
        await StopAsync(host);
    }

    [Test]
    public async Task Check_of_options_that_hangs_is_a_problem_of_its_instance_and_not_a_start_that_hangs()
    {
        using ManualResetEventSlim never = new();
        using var host = Build(b => b
            .AddPlugin(new SecondFakePlugin(r => r.Add<IImageSource, FakeOptions>("slow", (_, _, _) => throw new NotSupportedException(), _ =>
            {
                never.Wait();
                return [];
            })))
            .AddInstance<FakeOptions>("slow", "one"));

        var error = await Assert.ThrowsAsync<LimiQuantixException>(() => Task.Run(() => host.StartAsync()).WaitAsync(Patience));

        Assert.That(error!.Message, Does.Contain("'one'").And.Contain("did not return in 3 s"));
        never.Set();
    }

    [Test]
    [Platform("Linux,MacOsX")]
    public async Task Pipes_and_sockets_in_plugin_folders_are_refused_and_the_host_starts()
    {
        var plugins = Directory.CreateDirectory(Path.Combine(_folder.Path, "plugins")).FullName;
        MakePipe(Path.Combine(Directory.CreateDirectory(Path.Combine(plugins, "a")).FullName, "plugin.json"));
        var b = Directory.CreateDirectory(Path.Combine(plugins, "b")).FullName;
        await File.WriteAllTextAsync(Path.Combine(b, "plugin.json"), """{ "id": "b", "version": "1.0.0", "entryAssembly": "b.dll", "contract": "[0.1.0,0.2.0)" }""");
        MakePipe(Path.Combine(b, "b.dll"));
        var c = Directory.CreateDirectory(Path.Combine(plugins, "c")).FullName;
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(c, "plugin.json")));
        using var host = Build(_ => { }, o => o.PluginDirectories.Add(plugins));

        await Task.Run(() => host.StartAsync()).WaitAsync(Patience);
        var list = await host.Services.GetRequiredService<ILimiQuantix>().Plugins.ListAsync();

        Assert.That(
            list.Where(p => p.Directory is not null).Select(p => (p.Id, p.Refusal?.Message.Contains("no regular file", StringComparison.Ordinal))),
            Is.EqualTo(new (string, bool?)[] { ("a", true), ("b", true), ("c", true) }));
        await StopAsync(host);
    }

    [Test]
    [Platform("Linux,MacOsX")]
    public async Task Pipe_as_an_image_or_as_its_checksums_is_refused_and_not_opened()
    {
        var pipe = Path.Combine(_folder.Path, "pipe");
        MakePipe(pipe);
        using var host = Build(_ => { });
        await host.StartAsync();

        var error = await Assert.ThrowsAsync<LimiQuantixException>(
            () => host.Services.GetRequiredService<ILimiQuantix>().Images.EnsureAsync(pipe).WaitAsync(Patience));

        Assert.That(error!.Code, Is.EqualTo(ErrorCodes.NotADiskImage));
        await StopAsync(host);
    }

    [TestCase("Serves", Misbehaviour.ThrowsForeign)]
    [TestCase("Serves", Misbehaviour.BlocksItsThread)]
    public async Task Source_whose_schemes_fail_hides_no_other_source(string member, object how)
    {
        var file = Path.Combine(_folder.Path, "disk.img");
        await File.WriteAllBytesAsync(file, TestImages.Raw(1 << 20));
        using var host = Build(b => b
            .AddPlugin(Bad<IImageSource>("get_" + member, (Misbehaviour)how))
            .AddPlugin(new Hello.HelloPlugin())
            .AddInstance<FakeOptions>("bad", "one").AddInstance<Hello.HelloOptions>("hello", "hello"));
        await host.StartAsync();
        var images = host.Services.GetRequiredService<ILimiQuantix>().Images;

        Assert.That((await images.EnsureAsync(file).WaitAsync(Patience)).Status.Phase, Is.EqualTo(ImagePhase.Ready));
        Assert.That((await images.EnsureAsync("hello:///World").WaitAsync(Patience)).Status.Phase, Is.EqualTo(ImagePhase.Ready));
        var error = await Assert.ThrowsAsync<LimiQuantixException>(() => images.EnsureAsync("bad:///x").WaitAsync(Patience));
        Assert.That(error!.Message, Does.Contain("'one'"), "who wants what only it may serve is told why it does not");
        await StopAsync(host);
    }

    [TestCase("DescribeAsync", Misbehaviour.BlocksItsThread)]
    [TestCase("DescribeAsync", Misbehaviour.ThrowsForeign)]
    [TestCase("WatchAsync", Misbehaviour.BlocksItsThread)]
    [TestCase("WatchAsync", Misbehaviour.HangsForever)]
    public async Task Hypervisor_that_hangs_hinders_neither_the_nodes_nor_the_hosts_end(string member, object how)
    {
        using var host = Build(b => b.AddPlugin(Bad<IHypervisor>(member, (Misbehaviour)how)).AddInstance<FakeOptions>("bad", "one"));
        await host.StartAsync();

        // The engine follows the hypervisor as soon as it leads.
        if (member == "WatchAsync") await _plugins[0].Entered.WaitAsync(Patience);
        var limiquantix = host.Services.GetRequiredService<ILimiQuantix>();
        var nodes = (await limiquantix.Nodes.ListAsync().WaitAsync(Patience)).Items;

        Assert.That(nodes.Single().NodeId, Is.EqualTo(NodeId.Local));
        var node = await limiquantix.Nodes.GetAsync(NodeId.Local).WaitAsync(Patience);
        if (member == "DescribeAsync") Assert.That(node.Status.Error!.Message, Does.Contain("DescribeAsync"));
        await StopAsync(host);
    }

    [TestCase(Misbehaviour.HangsForever)]
    [TestCase(Misbehaviour.BlocksItsThread)]
    [TestCase(Misbehaviour.ThrowsForeign)]
    public async Task Instance_that_does_not_end_does_not_keep_the_host_from_ending(object how)
    {
        MisbehavingPlugin plugin = new(typeof(IStorageBackend), typeof(IAsyncDisposable).GetMethod("DisposeAsync"), (Misbehaviour)how);
        _plugins.Add(plugin);
        var host = Build(b => b.AddPlugin(plugin).AddInstance<FakeOptions>("bad", "one"));
        await host.StartAsync();
        await host.Services.GetRequiredService<ILimiQuantix>().Pools.GetAsync("one").WaitAsync(Patience);

        await StopAsync(host);
        await ((IAsyncDisposable)host).DisposeAsync().AsTask().WaitAsync(Patience);

        Assert.That(plugin.Entered.IsCompleted, Is.True);
    }

    [Test]
    public async Task Instance_named_state_of_another_contract_does_not_take_the_state_away()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        Add(builder, o => { }).AddPlugin(new Hello.HelloPlugin()).AddInstance<Hello.HelloOptions>("hello", "state");
        using var host = builder.Build();

        await host.StartAsync();
        await host.Services.GetRequiredService<ILimiQuantix>().Images.ListAsync().WaitAsync(Patience);

        Assert.That(Path.Combine(_folder.Path, "data", "state.db"), Does.Exist);
        await StopAsync(host);
    }

    [Test]
    public async Task State_store_with_another_name_is_refused_because_it_would_not_be_used()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        Add(builder, o => { }).AddInstance("memory", "main", new Dictionary<string, string?>());
        using var host = builder.Build();

        var error = await Assert.ThrowsAsync<LimiQuantixException>(() => host.StartAsync());

        Assert.That(error!.Message, Does.Contain("'main'").And.Contain("'state'"));
    }

    [Test]
    public async Task Deadline_out_of_its_range_is_refused_at_the_start()
    {
        using var host = Build(_ => { }, o => o.ProviderDeadlines.Probe = TimeSpan.Zero);

        var error = await Assert.CatchAsync(() => host.StartAsync());

        Assert.That(error!.Message, Does.Contain("ProviderDeadlines.Probe").And.Contain("24 hours"));
    }

    private static async Task StopAsync(IHost host)
    {
        // Whatever the host's shutdown time is, it must not be what ends this.
        await host.StopAsync().WaitAsync(Patience);
    }

    private static void MakePipe(string path)
    {
        using var process = Process.Start("mkfifo", [path]);
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero);
    }

    private MisbehavingPlugin Bad<T>(string member, Misbehaviour how)
    {
        MisbehavingPlugin plugin = new(typeof(T), typeof(T).GetMethod(member), how);
        _plugins.Add(plugin);
        return plugin;
    }

    private IHost Build(Action<ILimiQuantixBuilder> configure, Action<LimiQuantixOptions>? setUp = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        var added = Add(builder, setUp);
        added.UseInMemoryState();
        configure(added);
        return builder.Build();
    }

    private ILimiQuantixBuilder Add(HostApplicationBuilder builder, Action<LimiQuantixOptions>? setUp) => builder.Services.AddLimiQuantix(options =>
    {
        options.DataDirectory = Path.Combine(_folder.Path, "data");
        options.RuntimeDirectory = Path.Combine(_folder.Path, "run");
        var deadlines = options.ProviderDeadlines;
        (deadlines.Register, deadlines.Open, deadlines.Read, deadlines.Probe, deadlines.Cancel, deadlines.Dispose) = (Short, Short, Short, Probe, Shortest, Shortest);
        setUp?.Invoke(options);
    });
}
