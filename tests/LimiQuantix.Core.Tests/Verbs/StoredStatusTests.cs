using LimiQuantix.Core.Resources.Status;
using LimiQuantix.Core.Tests.Machines.Support;
using LimiQuantix.Machines;
using LimiQuantix.Nodes;
using LimiQuantix.State;
using LimiQuantix.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LimiQuantix.Core.Tests.Verbs;

/// <summary>What is seen is stored by the leader; lists and watches read that, only get observes.</summary>
[TestFixture]
internal sealed class StoredStatusTests
{
    private const string Observe = nameof(IHypervisor.ObserveAsync);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Test]
    public async Task Lists_and_watches_ask_nobody_and_get_observes()
    {
        await using var platform = await Platform.StartAsync();
        var machines = platform.LimiQuantix.Machines;
        var machine = await platform.CreateAsync();
        await SeenAsync(machines, PowerState.Running);
        var gate = new TaskCompletionSource();
        platform.Hypervisor.Gates[Observe] = gate.Task;

        var listed = (await machines.ListAsync().WaitAsync(Patience)).Items.Single();
        var stored = await machines.GetAsync(machine.Id, new GetOptions { Stored = true }).WaitAsync(Patience);
        var watched = await machines.WatchAsync(new MachineQuery()).FirstAsync().AsTask().WaitAsync(Patience);
        var get = machines.GetAsync(machine.Id);
        var waited = await Task.WhenAny(get, Task.Delay(200));

        Assert.That(listed.Status.PowerState, Is.EqualTo(PowerState.Running));
        Assert.That(listed.Status.ObservedAt, Is.Not.Null);
        Assert.That(stored.Status.PowerState, Is.EqualTo(PowerState.Running));
        Assert.That(watched.Resource!.Status.PowerState, Is.EqualTo(PowerState.Running));
        Assert.That(waited, Is.Not.SameAs(get), "get waits for the hypervisor");
        gate.SetResult();
        Assert.That((await get.WaitAsync(Patience)).Status.PowerState, Is.EqualTo(PowerState.Running));
    }

    [Test]
    public async Task Power_state_filters_what_was_seen_last_and_a_watch_tells_its_change()
    {
        await using var platform = await Platform.StartAsync();
        var machines = platform.LimiQuantix.Machines;
        var on = await platform.CreateAsync(platform.Spec("on"));
        var off = await platform.CreateAsync(platform.Spec("off") with { Start = false });
        await Eventually.TrueAsync(async () => (await OfAsync(PowerState.Running)).SequenceEqual([on.Id]), "the one that runs is seen");
        await Eventually.TrueAsync(async () => (await OfAsync(PowerState.Stopped)).SequenceEqual([off.Id]), "the one that is off is seen");
        using var deadline = new CancellationTokenSource(Patience);
        var page = await machines.ListAsync();
        await using var events = machines.WatchAsync(new MachineQuery { PowerState = PowerState.Running }, new WatchOptions { After = page.Position }, deadline.Token)
            .GetAsyncEnumerator();

        platform.Hypervisor.Set(off.Id, PowerState.Running);
        while (await events.MoveNextAsync() && events.Current.Id != off.Id)
        {
        }

        Assert.That(events.Current.Kind, Is.EqualTo(ResourceEventKind.Changed));
        Assert.That(events.Current.Resource!.Version, Is.GreaterThan(off.Version), "a version grows with the status too");
        Assert.That(events.Current.Resource.Generation, Is.EqualTo(off.Generation));

        async Task<IEnumerable<Guid>> OfAsync(PowerState state) =>
            (await machines.ListAsync(new MachineQuery { PowerState = state })).Items.Select(machine => machine.Id);
    }

    [Test]
    public async Task Hypervisor_that_does_not_answer_leaves_what_was_seen_last_and_the_page_names_its_node()
    {
        await using var platform = await Platform.StartAsync();
        var machines = platform.LimiQuantix.Machines;
        var machine = await platform.CreateAsync();
        await SeenAsync(machines, PowerState.Running);

        platform.Hypervisor.Fail[Observe] = new LimiQuantixException(ErrorCodes.Unavailable, "The node is away.", isTransient: true);
        platform.Hypervisor.Set(machine.Id, PowerState.Running);
        await Eventually.TrueAsync(async () => (await machines.ListAsync()).StaleNodes.SequenceEqual([NodeId.Local]), "the page names the node");
        var stale = (await machines.ListAsync()).Items.Single().Status;
        var observed = (await machines.GetAsync(machine.Id)).Status;
        platform.Hypervisor.Fail.Clear();
        platform.Hypervisor.Set(machine.Id, PowerState.Running);
        await Eventually.TrueAsync(async () => (await machines.ListAsync()).StaleNodes.Count == 0, "the node answers again");

        using (Assert.EnterMultipleScope())
        {
            foreach (var status in new[] { stale, observed })
            {
                Assert.That(status.IsStale, Is.True);
                Assert.That(status.PowerState, Is.EqualTo(PowerState.Unknown), "it may be on or off");
                Assert.That(status.MachineType, Is.EqualTo("pc-fake-1"), "what was seen last stays");
                Assert.That(status.Error?.Code, Is.EqualTo(ErrorCodes.Unavailable));
            }
        }

        await SeenAsync(machines, PowerState.Running);
    }

    [Test]
    public async Task Nodes_and_pools_are_listed_as_they_were_seen()
    {
        await using var platform = await Platform.StartAsync();

        await Eventually.TrueAsync(
            async () => (await platform.LimiQuantix.Nodes.ListAsync()).Items.Single().Status.Hypervisor?.Product == "fake", "the node is seen");
        await Eventually.TrueAsync(
            async () => (await platform.LimiQuantix.Pools.ListAsync()).Items.Single().Status.Backend is not null, "the pool is seen");
        Assert.That((await platform.LimiQuantix.Nodes.ListAsync()).StaleNodes, Is.Empty);
    }

    [Test]
    public async Task What_was_seen_goes_with_its_machine()
    {
        await using var platform = await Platform.StartAsync();
        var machine = await platform.CreateAsync();
        var state = platform.Services.GetRequiredService<IStateStore>();
        var key = StatusTable.PrefixOf("machines") + machine.Id.ToString("D");
        await Eventually.TrueAsync(async () => await state.GetAsync(key) is not null, "it is written");

        await (await platform.LimiQuantix.Machines.DeleteAsync(machine.Id)).CompletedAsync().WaitAsync(Patience);

        await Eventually.TrueAsync(async () => await state.GetAsync(key) is null, "it is gone");
    }

    [Test]
    public async Task What_was_seen_and_cannot_be_read_is_seen_again()
    {
        await using var platform = await Platform.StartAsync();
        var machine = await platform.CreateAsync();
        var state = platform.Services.GetRequiredService<IStateStore>();
        await SeenAsync(platform.LimiQuantix.Machines, PowerState.Running);
        var mutation = new StateMutation { Key = StatusTable.PrefixOf("machines") + machine.Id.ToString("D"), Value = "no status"u8.ToArray() };
        await state.CommitAsync(new StateTransaction { Mutations = [mutation] });
        Assert.That((await platform.LimiQuantix.Machines.ListAsync()).Items.Single().Id, Is.EqualTo(machine.Id));

        platform.Hypervisor.Set(machine.Id, PowerState.Running);

        await SeenAsync(platform.LimiQuantix.Machines, PowerState.Running);
    }

    private static Task SeenAsync(IMachines machines, PowerState state) =>
        Eventually.TrueAsync(async () => (await machines.ListAsync()).Items.Single().Status.PowerState == state, $"the machine is seen {state}");
}
