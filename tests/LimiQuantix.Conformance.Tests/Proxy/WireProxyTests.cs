using LimiQuantix.Conformance.Fakes;
using LimiQuantix.Conformance.Proxy;
using LimiQuantix.Images;
using LimiQuantix.Machines;
using Microsoft.Extensions.Time.Testing;

namespace LimiQuantix.Conformance.Tests.Proxy;

/// <summary>The proxy itself: what it carries besides arguments and answers.</summary>
public sealed class WireProxyTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private FakeWorld _world = null!;
    private SuiteHost _host = null!;

    [SetUp]
    public void Open()
    {
        _world = new FakeWorld();
        _host = new SuiteHost(instance: "fake");
    }

    [TearDown]
    public async Task CloseAsync()
    {
        _world.Dispose();
        await _host.DisposeAsync();
    }

    [Test]
    public async Task Every_call_is_bytes()
    {
        await using var proxy = Hypervisor();
        var before = WireProxy.BytesCrossed;
        await proxy.EnsureDefinedAsync(Fakes.Machines.Definition(_host.Context) with { Seed = new VolumeSeed { Content = new byte[4 << 20] } });

        Assert.That(WireProxy.BytesCrossed - before, Is.GreaterThan(4 << 20));
        Assert.That(((VolumeSeed)_world.Hypervisor().Machines.Single().Definition.Seed!).Content.Length, Is.EqualTo(4 << 20));
    }

    [Test]
    public async Task Failure_crosses_whole()
    {
        var error = new LimiQuantixError
        {
            Code = "fabric_of_a_plugin", Message = "No.", Remedy = "Yes.", Target = "it", IsTransient = true, RetryAfter = TimeSpan.FromSeconds(3),
        };
        _world.Faults.Add(new FakeFault { Member = nameof(IHypervisor.DescribeAsync), Error = error });
        await using var proxy = Hypervisor();

        Assert.That(() => proxy.DescribeAsync(), Throws.TypeOf<LimiQuantixException>().With.Property("Error").EqualTo(error));
    }

    [TestCase(FakeAction.ThrowForeign)]
    [TestCase(FakeAction.AnswerNull)]
    public async Task What_no_contract_allows_is_an_internal_error(FakeAction action)
    {
        _world.Faults.Add(new FakeFault { Member = nameof(IHypervisor.DescribeAsync), Action = action });
        await using var proxy = Hypervisor();

        Assert.That(() => proxy.DescribeAsync(), Throws.TypeOf<LimiQuantixException>().With.Property("Code").EqualTo(ErrorCodes.Internal));
    }

    [Test]
    public async Task Capability_is_there_when_the_other_side_has_it()
    {
        await using var proxy = Hypervisor();
        await using var without = WireProxy.Of(FakeProviders.Hypervisor(_host.Context, _world, options => options.Without.Add(nameof(ISerialLog))));

        Assert.That(proxy.GetCapability<ISerialLog>(), Is.Not.Null);
        Assert.That(without.GetCapability<ISerialLog>(), Is.Null);
        Assert.That(proxy.GetCapability<IImageSource>(), Is.Null);
    }

    [Test]
    public async Task Cancelled_token_reaches_the_other_side()
    {
        var hang = _world.Faults.Hang(nameof(IHypervisor.EnsureDefinedAsync));
        using var cancel = new CancellationTokenSource();
        await using var proxy = Hypervisor();
        var calling = proxy.EnsureDefinedAsync(Fakes.Machines.Definition(_host.Context), cancel.Token);
        await hang.ReachedAsync();
        await cancel.CancelAsync();

        Assert.That(() => calling.WaitAsync(Patience), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(_world.Calls[^1], Has.Property("Stage").EqualTo(FakeCallStage.Failed), "the call is over there too when it is over here");
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Deadline_holds_on_both_sides(bool otherSideHangs)
    {
        var clock = new FakeTimeProvider();
        var hang = _world.Faults.Hang(nameof(IHypervisor.DescribeAsync), ignoresToken: otherSideHangs);
        await using var proxy = WireProxy.Of(FakeProviders.Hypervisor(_host.Context, _world), TimeSpan.FromSeconds(30), clock);
        var calling = proxy.DescribeAsync();
        await hang.ReachedAsync();
        clock.Advance(TimeSpan.FromSeconds(30));

        Assert.That(() => calling.WaitAsync(Patience), Throws.TypeOf<LimiQuantixException>().With.Property("Code").EqualTo(ErrorCodes.Timeout));
        hang.Release();
    }

    [Test]
    public async Task Synchronous_hang_on_the_other_side_does_not_block_the_caller()
    {
        var hang = _world.Faults.Add(new FakeFault { Member = nameof(IHypervisor.DescribeAsync), Action = FakeAction.HangThread });
        await using var proxy = Hypervisor();
        var calling = proxy.DescribeAsync();
        await hang.ReachedAsync();

        Assert.That(calling.IsCompleted, Is.False);
        hang.Release();
        Assert.That((await calling.WaitAsync(Patience)).Product, Is.EqualTo("fake"));
    }

    [Test]
    public async Task Enumeration_that_is_left_early_ends_on_the_other_side()
    {
        await using var proxy = Hypervisor();
        for (var number = 0; number < 100; number++) await proxy.EnsureDefinedAsync(Fakes.Machines.Definition(_host.Context));
        for (var round = 0; round < 20; round++)
        {
            await foreach (var machine in proxy.ListAsync())
            {
                Assert.That(machine.MachineId, Is.Not.Null);
                break;
            }
        }

        Assert.That(await proxy.ListAsync().CountAsync(), Is.EqualTo(100));
    }

    [Test]
    public async Task Enumeration_ends_with_an_error_when_the_proxy_is_disposed_and_can_be_disposed_itself()
    {
        var proxy = Hypervisor();
        var watcher = proxy.WatchAsync().GetAsyncEnumerator();
        await watcher.MoveNextAsync();
        var next = watcher.MoveNextAsync().AsTask();
        await proxy.DisposeAsync();

        Assert.That(() => next.WaitAsync(Patience), Throws.TypeOf<ObjectDisposedException>());
        await watcher.DisposeAsync();
    }

    [Test]
    public async Task Call_ends_when_the_proxy_is_disposed()
    {
        var hang = _world.Faults.Hang(nameof(IHypervisor.DescribeAsync));
        var proxy = Hypervisor();
        var calling = proxy.DescribeAsync();
        await hang.ReachedAsync();
        await proxy.DisposeAsync();

        Assert.That(() => calling.WaitAsync(Patience), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => proxy.DescribeAsync(), Throws.TypeOf<ObjectDisposedException>());
    }

    private IHypervisor Hypervisor() => WireProxy.Of(FakeProviders.Hypervisor(_host.Context, _world));
}
