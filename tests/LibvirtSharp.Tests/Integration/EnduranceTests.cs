using LibvirtSharp.Tests.Support;
using LimiQuantix.Testing;

namespace LibvirtSharp.Tests.Integration;

[Category("Integration")]
[NonParallelizable]
internal sealed class EnduranceTests
{
    private static readonly int Calls = Soak.Rounds(10_000, 100_000);

    [Test]
    public async Task Calls_cancelled_at_random_leak_nothing()
    {
        await using LibvirtConnection connection = await Daemon.TestDriverAsync();
        Domain domain = await connection.LookupDomainByNameAsync("test");
        await RunAsync(domain, 2000);
        (long memory, int handles) before = Measure();
        (int answered, int cancelled) = await RunAsync(domain, Calls);
        // Every reply of an abandoned call is in before this one's.
        await domain.GetInfoAsync();
        (long memory, int handles) after = Measure();
        await TestContext.Out.WriteLineAsync($"{answered} answered, {cancelled} cancelled; heap {before.memory} to {after.memory} bytes, descriptors {before.handles} to {after.handles}");
        Assert.Multiple(() =>
        {
            Assert.That(answered, Is.GreaterThan(Calls / 10));
            Assert.That(cancelled, Is.GreaterThan(Calls / 100));
            Assert.That(after.handles, Is.LessThanOrEqualTo(before.handles + 5));
            Assert.That(after.memory, Is.LessThan(before.memory + (2 << 20)));
            Assert.That(connection.Outstanding, Is.Zero);
        });
        Soak.Note(Calls, "calls to a real daemon, cancelled at random");
    }

    private static async Task<(int Answered, int Cancelled)> RunAsync(Domain domain, int calls)
    {
        int answered = 0;
        int cancelled = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 50), new ParallelOptions { MaxDegreeOfParallelism = 50 }, async (worker, _) =>
        {
            var random = new Random(worker);
            for (int i = worker; i < calls; i += 50)
            {
                using var cancellation = new CancellationTokenSource();
                Task<DomainInfo> call = domain.GetInfoAsync(cancellation.Token);
                if (random.Next(3) == 0)
                    await Task.Yield();
                if (random.Next(3) == 0)
                    await cancellation.CancelAsync();
                try
                {
                    await call;
                    Interlocked.Increment(ref answered);
                }
                catch (OperationCanceledException)
                {
                    Interlocked.Increment(ref cancelled);
                }
            }
        });
        return (answered, cancelled);
    }

    private static (long Memory, int Handles) Measure()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return (GC.GetTotalMemory(forceFullCollection: true), Directory.GetFiles("/proc/self/fd").Length);
    }
}
