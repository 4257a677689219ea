using System.Diagnostics;
using LimiQuantix.Conformance.State;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Core.State.Sqlite;
using LimiQuantix.Core.Tests.State.Sqlite;
using LimiQuantix.State;
using LimiQuantix.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace LimiQuantix.Core.Tests.Operations;

/// <summary>Who leads, and how sure of it a process may be.</summary>
[TestFixture]
internal sealed class EngineLeaseTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly OperationEngineOptions Options = new() { LeaseDuration = TimeSpan.FromSeconds(14) };

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Test]
    public async Task Leader_is_sure_for_six_sevenths_of_the_duration_from_the_beginning_of_its_last_renewal()
    {
        await using var state = new FaultyStateStore(new InMemoryStateStore(_clock));
        var lease = Lease(state);
        Assert.That(lease.IsSureToLead, Is.False);
        Assert.That(lease.EnsureSureToLead, Throws.TypeOf<LimiQuantixException>().With.Property("Code").EqualTo(ErrorCodes.NotLeader));

        await lease.AcquireAsync(CancellationToken.None).WaitAsync(Deadline);
        Assert.That(lease.EnsureSureToLead, Throws.Nothing);
        _clock.Advance(TimeSpan.FromSeconds(11.9));
        Assert.That(lease.IsSureToLead, Is.True);
        _clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.That(lease.IsSureToLead, Is.False, "nobody else can have it yet, and nothing is begun any more");
    }

    [TestCase(true, 0)]
    [TestCase(false, 0)]
    [TestCase(false, 1)]
    [TestCase(false, 2)]
    [TestCase(false, 3)]
    public async Task Lease_of_a_process_that_is_proven_dead_is_taken_at_once_and_no_other(bool isDead, int what)
    {
        await using var state = new InMemoryStateStore(_clock);
        var own = ProcessIdentity.Own ?? throw new IgnoreException("Only Linux tells which process one is.");
        var process = what switch
        {
            // Its process id is another process's by now, started at another time.
            0 when isDead => own with { StartTicks = own.StartTicks - 1 },
            0 => own,
            1 => own with { StartTicks = own.StartTicks - 1, BootId = Guid.NewGuid().ToString() },
            2 => own with { StartTicks = own.StartTicks - 1, PidNamespace = "pid:[1]" },
            _ => null,
        };
        var held = await state.AcquireLeaseAsync(EngineLease.Name, "other", TimeSpan.FromDays(1));
        var note = new LeaseHolderNote { Holder = "other", Token = held!.Token, Process = process };
        await state.CommitAsync(new StateTransaction { Mutations = [new StateMutation { Key = EngineLease.HolderKey, Value = DocumentSerializer<LeaseHolderNote>.Write(note) }] });

        var lease = Lease(state);
        var acquiring = lease.AcquireAsync(CancellationToken.None);
        if (isDead)
        {
            Assert.That((await acquiring.WaitAsync(Deadline)).Token, Is.GreaterThan(held.Token), "what the dead one did has an older token");
            return;
        }

        Assert.That(await Task.WhenAny(acquiring, Task.Delay(300)), Is.Not.SameAs(acquiring));
        Assert.That(await state.AcquireLeaseAsync(EngineLease.Name, "other", TimeSpan.FromDays(1)), Is.EqualTo(held), "it still has it");
        await state.ReleaseLeaseAsync(held);
        _clock.Advance(TimeSpan.FromSeconds(14));
        await acquiring.WaitAsync(Deadline);
    }

    [Test]
    public async Task Process_is_proven_dead_when_it_was_killed_and_not_while_it_lives_or_its_id_is_anothers_business()
    {
        if (ProcessIdentity.Own is not { } own) throw new IgnoreException("Only Linux tells which process one is.");
        Assert.That(own.IsProvenDead(own), Is.False);
        Assert.That((own with { StartTicks = own.StartTicks + 1 }).IsProvenDead(own), Is.True);
        Assert.That((own with { ProcessId = int.MaxValue }).IsProvenDead(own), Is.True);
        Assert.That((own with { ProcessId = int.MaxValue }).IsProvenDead(null), Is.False);
        using var child = Process.Start("sleep", "600");
        var stat = await File.ReadAllTextAsync($"/proc/{child.Id}/stat");
        var sleeping = own with { ProcessId = child.Id, StartTicks = long.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19], System.Globalization.CultureInfo.InvariantCulture) };
        Assert.That(sleeping.IsProvenDead(own), Is.False);
        child.Kill();
        await Eventually.TrueAsync(() => sleeping.IsProvenDead(own), "it is dead");
    }

    [Test]
    public async Task Wall_clock_that_jumps_changes_nothing()
    {
        var clock = new JumpingClock(_clock);
        await using var state = new InMemoryStateStore(clock);
        var lease = new EngineLease(state, Options, clock, NullLogger<EngineLease>.Instance);
        await lease.AcquireAsync(CancellationToken.None).WaitAsync(Deadline);
        foreach (var jump in new[] { TimeSpan.FromDays(400), TimeSpan.FromDays(-800) })
        {
            clock.Jump = jump;
            Assert.That(lease.IsSureToLead, Is.True);
            Assert.That(await state.AcquireLeaseAsync(EngineLease.Name, "other", Options.LeaseDuration), Is.Null);
        }
    }

    [Test]
    public async Task Renewal_that_succeeds_in_time_keeps_it_sure_and_one_that_cannot_be_made_ends_it()
    {
        await using var state = new FaultyStateStore(new InMemoryStateStore(_clock));
        var lease = Lease(state);
        var held = await lease.AcquireAsync(CancellationToken.None).WaitAsync(Deadline);
        var keeping = lease.KeepAsync(held, CancellationToken.None);
        for (var i = 0; i < 60; i++)
        {
            Assert.That(lease.IsSureToLead, Is.True);
            await PassAsync(TimeSpan.FromSeconds(1));
        }

        state.NextLeases([.. Enumerable.Repeat(StateFault.FailBefore, 100)]);
        for (var i = 0; i < 20 && !keeping.IsCompleted; i++) await PassAsync(TimeSpan.FromSeconds(1));

        Assert.That(await keeping.WaitAsync(Deadline), Is.False);
        Assert.That(lease.IsSureToLead, Is.False);
    }

    [Test]
    public async Task Lease_that_nobody_took_is_taken_anew_under_another_token()
    {
        await using var state = new FaultyStateStore(new InMemoryStateStore(_clock));
        var lease = Lease(state);
        var first = await lease.AcquireAsync(CancellationToken.None).WaitAsync(Deadline);
        var keeping = lease.KeepAsync(first, CancellationToken.None);
        state.NextLeases([.. Enumerable.Repeat(StateFault.FailBefore, 8)]);
        for (var i = 0; i < 60 && !keeping.IsCompleted; i++) await PassAsync(TimeSpan.FromSeconds(1));
        Assert.That(await keeping.WaitAsync(Deadline), Is.False);

        // At once, not after a duration: it gives back what it has.
        var acquiring = lease.AcquireAsync(CancellationToken.None);
        for (var i = 0; i < 20 && !acquiring.IsCompleted; i++) await PassAsync(TimeSpan.FromSeconds(0.5));
        var second = await acquiring.WaitAsync(Deadline);

        Assert.That(second.Token, Is.GreaterThan(first.Token));
        var late = await state.CommitAsync(new StateTransaction { Mutations = [new StateMutation { Key = "late", Value = "x"u8.ToArray() }], Fence = first });
        Assert.That(late.IsFenced, Is.True);
        Assert.That(lease.IsSureToLead, Is.True);
    }

    [Test]
    public async Task New_era_ends_the_lease_and_is_told_until_it_is_confirmed()
    {
        await using var state = new InMemoryStateStore(_clock);
        var lease = Lease(state);
        var first = await lease.AcquireAsync(CancellationToken.None).WaitAsync(Deadline);
        Assert.That(await EraNote.IsNewAsync(state, first, CancellationToken.None), Is.False, "a new state is not a restored one");
        var keeping = lease.KeepAsync(first, CancellationToken.None);
        await state.RaiseEraAsync(above: 5);
        for (var i = 0; i < 60 && !keeping.IsCompleted; i++) await PassAsync(TimeSpan.FromSeconds(1));
        Assert.That(await keeping.WaitAsync(Deadline), Is.False);

        var second = await lease.AcquireAsync(CancellationToken.None).WaitAsync(Deadline);
        Assert.That(second.Era, Is.EqualTo(6));
        Assert.That(await EraNote.IsNewAsync(state, second, CancellationToken.None), Is.True);
        await Assert.ThrowsAsync<LimiQuantixException>(() => EraNote.ConfirmAsync(state, first, CancellationToken.None));
        await EraNote.ConfirmAsync(state, second, CancellationToken.None);
        Assert.That(await EraNote.IsNewAsync(state, second, CancellationToken.None), Is.False);
    }

    [Test]
    public async Task Process_that_is_killed_is_followed_after_its_lease_was_seen_unchanged()
    {
        await using var folder = new TemporaryFolder();
        await using var store = StateChild.Open(folder.Combine("state.db"));
        StateLease heir;
        await using (var child = new ChildProcess(StateChild.Argument, "lead", folder.Combine("state.db")))
        {
            Assert.That(await LineAsync(child), Is.EqualTo("sure 1"));
            // Renewed all the time: it is not to be had, however long one waits.
            for (var look = 0; look < 60; look++)
            {
                Assert.That(await store.AcquireLeaseAsync(EngineLease.Name, "heir", StateChild.ShortLease), Is.Null);
                await Task.Delay(100);
            }

            await child.KillAsync();
            heir = await TakeOverAsync(store);
        }

        Assert.That(heir.Token, Is.EqualTo(2));
    }

    [Test]
    public async Task Process_that_is_frozen_while_another_takes_over_is_neither_sure_nor_able_to_write_when_it_goes_on()
    {
        await using var folder = new TemporaryFolder();
        await using var store = StateChild.Open(folder.Combine("state.db"));
        await using var child = new ChildProcess(StateChild.Argument, "lead", folder.Combine("state.db"));
        Assert.That(await LineAsync(child), Is.EqualTo("sure 1"));
        Signal.Stop(child.Id);
        try
        {
            Assert.That((await TakeOverAsync(store)).Token, Is.EqualTo(2));
        }
        finally
        {
            Signal.Continue(child.Id);
        }

        Assert.That(await LineAsync(child), Is.EqualTo("unsure"));
        Assert.That(await LineAsync(child), Is.EqualTo("fenced"));
        Assert.That(await LineAsync(child), Is.EqualTo("lost"));
        Assert.That(await store.GetAsync("late"), Is.Null);
    }

    private static async Task<StateLease> TakeOverAsync(SqliteStateStore store)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (true)
        {
            if (await store.AcquireLeaseAsync(EngineLease.Name, "heir", StateChild.ShortLease, deadline.Token) is { } lease) return lease;
            await Task.Delay(100, deadline.Token);
        }
    }

    private static async Task<string?> LineAsync(ChildProcess child) => await child.Output.ReadLineAsync().WaitAsync(Deadline);

    // Lets what waits for the clock run.
    private async Task PassAsync(TimeSpan time)
    {
        _clock.Advance(time);
        await Task.Delay(10);
    }

    private EngineLease Lease(IStateStore state) => new(state, Options, _clock, NullLogger<EngineLease>.Instance);

    /// <summary>A wall clock that somebody sets; its monotonic one goes on.</summary>
    private sealed class JumpingClock(TimeProvider inner) : TimeProvider
    {
        public TimeSpan Jump { get; set; }

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + Jump;

        public override long GetTimestamp() => inner.GetTimestamp();

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            inner.CreateTimer(callback, state, dueTime, period);
    }
}
