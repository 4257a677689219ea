using System.Diagnostics;
using System.Globalization;
using System.Text;
using LimiQuantix.State;
using LimiQuantix.Testing;
using LimiQuantix.Core.State.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace LimiQuantix.Core.Tests.State.Sqlite;

/// <summary>One state file and several processes.</summary>
[TestFixture]
internal sealed class SqliteProcessesTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);
    private TemporaryFolder _folder = null!;

    private string FilePath => _folder.Combine("state.db");

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public async Task Two_processes_lose_no_increment()
    {
        await using var store = StateChild.Open(FilePath);
        await using var child = new ChildProcess(StateChild.Argument, "increment", FilePath, "100");
        await StateChild.IncrementAsync(store, 100);

        Assert.That(await child.EndedAsync(Deadline), Is.Zero);
        Assert.That(Encoding.UTF8.GetString((await store.GetAsync("counter"))!.Value.Span), Is.EqualTo("200"));
    }

    [Test]
    public async Task Watch_tells_another_processs_changes_each_once_in_order()
    {
        await using var store = StateChild.Open(FilePath);
        var cursor = (await store.ListAsync(new StateQuery { Prefix = "" })).Cursor;
        await using var child = new ChildProcess(StateChild.Argument, "increment", FilePath, "50");
        using var deadline = new CancellationTokenSource(Deadline);
        List<string> values = [];
        await foreach (var change in store.WatchAsync("counter", cursor, deadline.Token))
        {
            values.Add(Encoding.UTF8.GetString(change.Entry!.Value.Span));
            if (values.Count == 50) break;
        }

        Assert.That(values, Is.EqualTo(Enumerable.Range(1, 50).Select(i => $"{i}")));
    }

    [Test]
    public async Task Watch_of_a_file_that_nobody_changes_reads_it_now_and_then_only()
    {
        // A look at it every 10 ms, and a read for every ten of them: at most a tenth of what the time has room for, however busy the machine is.
        var interval = TimeSpan.FromMilliseconds(10);
        await using var store = new SqliteStateStore(
            new SqliteStateOptions { Path = FilePath, WatchInterval = interval }, TimeProvider.System, NullLogger<SqliteStateStore>.Instance);
        await store.CommitAsync(new StateTransaction { Mutations = [new StateMutation { Key = "x", Value = "1"u8.ToArray() }] });
        using var ending = new CancellationTokenSource();
        var watch = store.WatchAsync("x", (await store.ListAsync(new StateQuery { Prefix = "" })).Cursor, ending.Token).GetAsyncEnumerator();
        var next = watch.MoveNextAsync();
        await Eventually.TrueAsync(() => store.PollReads > 0, "the watch reads");

        var (before, begin) = (store.PollReads, Stopwatch.StartNew());
        await Task.Delay(interval * 100);
        var (reads, room) = (store.PollReads - before, begin.Elapsed / interval);
        await ending.CancelAsync();
        await ((Task)next.AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        Assert.That(reads, Is.LessThanOrEqualTo((room / 10) + 2));
    }

    [Test]
    [Repeat(5)]
    public async Task Process_killed_while_it_writes_leaves_each_transaction_whole_or_undone()
    {
        var acknowledged = 0;
        await using (var child = new ChildProcess(StateChild.Argument, "rewrite", FilePath))
        {
            // Killed after a number of commits that differs between the runs, in the middle of the next one.
            var until = 3 + TestContext.CurrentContext.CurrentRepeatCount * 2;
            while (acknowledged < until) acknowledged = int.Parse((await child.Output.ReadLineAsync().WaitAsync(Eventually.DefaultTimeout))!, CultureInfo.InvariantCulture);
            await Task.Delay(TestContext.CurrentContext.CurrentRepeatCount);
            await child.KillAsync();
            while (await child.Output.ReadLineAsync().WaitAsync(Eventually.DefaultTimeout) is { } line) acknowledged = int.Parse(line, CultureInfo.InvariantCulture);
        }

        await using var store = StateChild.Open(FilePath);
        var page = await store.ListAsync(new StateQuery { Prefix = "all/" });
        List<int> numbers = [.. page.Entries.Select(entry => NumberOf(entry.Value)).Distinct()];

        Assert.That(page.Entries, Has.Count.EqualTo(StateChild.Entries));
        Assert.That(numbers, Has.Count.EqualTo(1), "all entries are of one transaction");
        Assert.That(numbers[0], Is.GreaterThanOrEqualTo(acknowledged), "what was acknowledged is there");
        Assert.That(page.Entries.Select(entry => entry.Version).Distinct().Count(), Is.EqualTo(1));
        var put = new StateMutation { Key = "after", Value = "x"u8.ToArray() };
        Assert.That((await store.CommitAsync(new StateTransaction { Mutations = [put] })).IsCommitted, Is.True);
    }

    [Test]
    public async Task Lease_of_one_connection_fences_the_other()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var one = StateChild.Open(FilePath, clock);
        await using var two = StateChild.Open(FilePath, clock);
        var first = (await one.AcquireLeaseAsync("engine", "one", TimeSpan.FromSeconds(10)))!;
        Assert.That(await two.AcquireLeaseAsync("engine", "two", TimeSpan.FromSeconds(10)), Is.Null);
        clock.Advance(TimeSpan.FromSeconds(11));
        var second = (await two.AcquireLeaseAsync("engine", "two", TimeSpan.FromSeconds(10)))!;
        var mutation = new StateMutation { Key = "a", Value = "x"u8.ToArray() };

        Assert.That((await one.CommitAsync(new StateTransaction { Mutations = [mutation], Fence = first })).IsFenced, Is.True);
        Assert.That((await two.CommitAsync(new StateTransaction { Mutations = [mutation], Fence = second })).IsCommitted, Is.True);
    }

    [Test]
    public async Task Many_that_open_a_new_file_at_once_all_succeed()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            await using var store = StateChild.Open(FilePath);
            await store.CommitAsync(new StateTransaction { Mutations = [new StateMutation { Key = $"a/{i}", Value = "x"u8.ToArray() }] });
        })));
        await using var store = StateChild.Open(FilePath);

        Assert.That((await store.ListAsync(new StateQuery { Prefix = "a/" })).Entries, Has.Count.EqualTo(8));
    }

    private static int NumberOf(ReadOnlyMemory<byte> value) =>
        int.Parse(value.Span[..value.Span.IndexOf((byte)':')], CultureInfo.InvariantCulture);
}
