using LimiQuantix.Core.Machines.Observation;
using LimiQuantix.Core.Tests.Diagnostics;
using LimiQuantix.Core.Tests.Plugins;
using LimiQuantix.Core.Tests.Plugins.Guards;
using LimiQuantix.Machines;
using LimiQuantix.Providers.Loading;
using LimiQuantix.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace LimiQuantix.Core.Tests.Machines;

public sealed class MachineObserverTests
{
    [Test]
    public async Task Following_ends_with_the_last_listener_and_begins_anew_with_the_next()
    {
        await using var folder = new TemporaryFolder();
        var clock = new ObservedClock();
        using var plugin = new MisbehavingPlugin(
            typeof(IHypervisor), typeof(IHypervisor).GetMethod(nameof(IHypervisor.WatchAsync)), Misbehaviour.HangsUntilCancelled);
        var builder = new LimiQuantixBuilder();
        builder.AddPlugin(plugin).AddInstance<FakeOptions>("bad", "one");
        await using var instances = TestEnvironment.Open(builder, folder.Path, clock);
        await using var observer = new MachineObserver(instances, clock, NullLogger<MachineObserver>.Instance);

        for (var round = 1; round <= 3; round++)
        {
            var one = observer.ListenAsync(CancellationToken.None).GetAsyncEnumerator();
            var other = observer.ListenAsync(CancellationToken.None).GetAsyncEnumerator();
            await one.MoveNextAsync();
            await other.MoveNextAsync();
            Assert.That(one.Current.Kind, Is.EqualTo(HypervisorEventKind.Resync));
            using (var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2)))
            {
                while (plugin.Entries < round) await Task.Delay(5, patience.Token);
            }

            // Both loops wait on the clock: one for the hypervisor's first event, one for the next resync.
            await clock.WaitForTimersAsync(2);
            await one.DisposeAsync();
            Assert.That(plugin.Entries, Is.EqualTo(round), "one following serves all who listen");
            await other.DisposeAsync();
            await clock.WaitForTimersAsync(0);
        }
    }
}
