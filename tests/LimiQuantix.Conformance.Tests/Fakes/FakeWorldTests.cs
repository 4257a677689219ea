using LimiQuantix.Conformance.Fakes;
using LimiQuantix.Machines;
using LimiQuantix.Plugins;
using LimiQuantix.Testing;
using Microsoft.Extensions.Time.Testing;

namespace LimiQuantix.Conformance.Tests.Fakes;

/// <summary>The fakes' world: in memory and in a folder of several processes; its faults and its log.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class FakeWorldTests(bool inFolder)
{
    private TemporaryFolder _folder = null!;
    private SuiteHost _host = null!;
    private FakeTimeProvider _clock = null!;
    private FakeWorld _world = null!;
    private IHypervisor _hypervisor = null!;

    private ProviderContext Context => _host.Context;

    [SetUp]
    public void Open()
    {
        _folder = new TemporaryFolder();
        _clock = new FakeTimeProvider();
        _host = new SuiteHost(instance: "fake");
        _world = inFolder ? new FakeWorld(_folder.Path, _clock) : new FakeWorld(_clock);
        _hypervisor = FakeProviders.Hypervisor(Context, _world);
    }

    [TearDown]
    public async Task CloseAsync()
    {
        _world.Dispose();
        await _hypervisor.DisposeAsync();
        await _host.DisposeAsync();
        await _folder.DisposeAsync();
    }

    [Test]
    public async Task Log_tells_which_calls_changed_something()
    {
        var definition = Machines.Definition(Context);
        await _hypervisor.EnsureDefinedAsync(definition);
        await _hypervisor.EnsureDefinedAsync(definition);
        await _hypervisor.StartAsync(definition);
        Assert.That(() => _hypervisor.StartAsync(Machines.Definition(Context)), Throws.TypeOf<LimiQuantixException>());

        var id = definition.Ownership.ResourceId.ToString();
        Assert.That(
            _world.Effects.Select(call => (call.Member, call.Thing, call.ProcessId)),
            Is.EqualTo(new[] { ("EnsureDefinedAsync", id, Environment.ProcessId), ("StartAsync", id, Environment.ProcessId) }));
        Assert.That(_world.Calls[^1], Has.Property("Stage").EqualTo(FakeCallStage.Failed).And.Property("Error").EqualTo(ErrorCodes.NotFound));
    }

    [TestCase(FakePoint.BeforeEffect, 0)]
    [TestCase(FakePoint.AfterEffect, 1)]
    public void Failure_comes_before_or_after_the_effect(FakePoint point, int machines)
    {
        _world.Faults.Throw(nameof(IHypervisor.EnsureDefinedAsync), ErrorCodes.Unavailable, point, isTransient: true);

        Assert.That(
            () => _hypervisor.EnsureDefinedAsync(Machines.Definition(Context)),
            Throws.TypeOf<LimiQuantixException>().With.Property("Code").EqualTo(ErrorCodes.Unavailable).And.Property("IsTransient").True);
        Assert.That(_world.Hypervisor().Machines, Has.Count.EqualTo(machines));
    }

    [Test]
    public async Task Fault_skips_and_ends_as_often_as_it_says()
    {
        var fault = _world.Faults.Throw(nameof(IHypervisor.DescribeAsync), times: 2, skip: 1);

        await _hypervisor.DescribeAsync();
        Assert.That(() => _hypervisor.DescribeAsync(), Throws.TypeOf<LimiQuantixException>());
        Assert.That(() => _hypervisor.DescribeAsync(), Throws.TypeOf<LimiQuantixException>());
        await _hypervisor.DescribeAsync();
        Assert.That(fault.Hits, Is.EqualTo(2));
    }

    [Test]
    public async Task Hang_goes_on_when_it_is_released()
    {
        var hang = _world.Faults.Hang(nameof(IHypervisor.EnsureDefinedAsync));
        var defining = _hypervisor.EnsureDefinedAsync(Machines.Definition(Context));
        await hang.ReachedAsync();
        Assert.That(defining.IsCompleted, Is.False);
        Assert.That(_world.Hypervisor().Machines, Is.Empty);

        hang.Release();
        await defining.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.That(_world.Hypervisor().Machines, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Hang_ends_with_the_token_unless_it_ignores_it()
    {
        using var cancel = new CancellationTokenSource();
        var polite = _world.Faults.Hang(nameof(IHypervisor.DescribeAsync));
        var rude = _world.Faults.Hang(nameof(IHypervisor.StopAsync), ignoresToken: true);
        var describing = _hypervisor.DescribeAsync(cancel.Token);
        var stopping = _hypervisor.StopAsync(Guid.NewGuid(), StopMode.Force, cancel.Token);
        await polite.ReachedAsync();
        await rude.ReachedAsync();

        await cancel.CancelAsync();
        Assert.That(() => describing, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(stopping.IsCompleted, Is.False);
        rude.Release();
        Assert.That(() => stopping, Throws.TypeOf<LimiQuantixException>());
    }

    [Test]
    public async Task Delay_is_measured_by_the_worlds_clock()
    {
        var delay = _world.Faults.Delay(nameof(IHypervisor.DescribeAsync), TimeSpan.FromHours(1));
        var describing = _hypervisor.DescribeAsync();
        await delay.ReachedAsync();
        Assert.That(describing.IsCompleted, Is.False);

        _clock.Advance(TimeSpan.FromHours(1));
        await describing.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Test]
    public async Task Null_is_answered_where_it_was_told_to()
    {
        _world.Faults.Add(new FakeFault { Member = nameof(IHypervisor.DescribeAsync), Action = FakeAction.AnswerNull });

        Assert.That(await _hypervisor.DescribeAsync(), Is.Null);
        Assert.That(await _hypervisor.DescribeAsync(), Is.Not.Null);
    }

    [Test]
    public async Task Things_are_equal_when_the_worlds_are()
    {
        var before = _world.Things;
        var definition = Machines.Definition(Context);
        await _hypervisor.EnsureDefinedAsync(definition);
        Assert.That(_world.Things, Is.Not.EqualTo(before));

        await _hypervisor.DeleteAsync(definition.Ownership.ResourceId);
        _world.Faults.Throw("Never");
        Assert.That(_world.Things, Is.EqualTo(before));
    }
}
