using System.Globalization;
using LimiQuantix.Core.Admissions;
using LimiQuantix.Core.Tests.Lifecycle;
using LimiQuantix.Core.Tests.Machines.Support;
using LimiQuantix.Machines;
using LimiQuantix.State;
using LimiQuantix.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LimiQuantix.Core.Tests.Walls;

/// <summary>What is admitted, and that nobody gets more than their quota, however many ask at once.</summary>
[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class AdmissionTests : IAsyncDisposable
{
    private const int Quota = 17;
    private const int CreationsOfEach = 50;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly TemporaryFolder _folder = new();

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    [Test]
    public async Task A_hundred_creations_from_two_processes_within_a_quota_give_exactly_the_quota_and_deletions_give_it_back()
    {
        await using var host = new LifecycleHost(_folder.Path, Limited);
        await host.ImageAsync();
        await using AdmissionChild other = new(_folder.Path);

        var mine = await CreateAsync(host, "mine");
        var others = await other.CreatedAsync(Patience);
        var machines = (await host.LimiQuantix.Machines.ListAsync()).Items;
        var full = await UsageAsync(host);

        Assert.That(mine + others, Is.EqualTo(Quota));
        Assert.That(machines, Has.Count.EqualTo(Quota));
        Assert.That(full, Is.EqualTo(new ResourceAmounts { Machines = Quota, Cpus = Quota, MemoryBytes = Quota * (256L << 20), DiskBytes = Quota * (1L << 30), Addresses = Quota }));

        foreach (var machine in machines) await DeleteAsync(host, machine.Id);
        Assert.That(await ReservedKeysAsync(host), Is.Empty);
        Assert.That((await host.LimiQuantix.Machines.CreateAsync(host.Spec(await host.ImageAsync(), "another", start: false))).Id, Is.Not.EqualTo(Guid.Empty));
    }

    [Test]
    public async Task Failed_and_cancelled_creations_give_back_what_they_reserved()
    {
        await using var platform = await Platform.StartAsync();
        var store = platform.Services.GetRequiredService<IStateStore>();
        platform.Hypervisor.Fail[nameof(IHypervisor.EnsureDefinedAsync)] = new LimiQuantixException(ErrorCodes.FailedPrecondition, "It does not.");
        var failing = await platform.LimiQuantix.Machines.CreateAsync(platform.Spec("fails"));
        Assert.That(await ReservedKeysAsync(store), Has.Count.EqualTo(2));
        await Assert.ThrowsAsync<LimiQuantixException>(() => failing.CompletedAsync().WaitAsync(Patience));
        Assert.That(await ReservedKeysAsync(store), Is.Empty);

        platform.Hypervisor.Fail.Clear();
        platform.Hypervisor.Gates[nameof(IHypervisor.EnsureDefinedAsync)] = new TaskCompletionSource().Task;
        var cancelled = await platform.LimiQuantix.Machines.CreateAsync(platform.Spec("cancelled"));
        await cancelled.CancelAsync();
        await Assert.ThrowsAsync<LimiQuantixException>(() => cancelled.CompletedAsync().WaitAsync(Patience));
        Assert.That(await ReservedKeysAsync(store), Is.Empty);

        // What is left of them has nothing to give back a second time.
        platform.Hypervisor.Gates.Clear();
        var kept = await platform.CreateAsync(platform.Spec("kept"));
        foreach (var name in new[] { "fails", "cancelled" })
            await (await platform.LimiQuantix.Machines.DeleteAsync((await platform.LimiQuantix.Machines.FindAsync(name))!.Id)).CompletedAsync().WaitAsync(Patience);
        Assert.That(await ReservedKeysAsync(store), Is.EquivalentTo(new[] { $"reservations/{kept.Id:D}", "usage/default" }));
    }

    [Test]
    public async Task Reservations_follow_updates_and_what_is_more_than_the_quota_is_refused()
    {
        Refusing admission = new() { Quota = new ResourceQuota { Cpus = 4, MemoryBytes = 1L << 30, DiskBytes = 4L << 30, Addresses = 2 } };
        await using var platform = await Platform.StartAsync(services => services.AddSingleton<IAdmission>(admission));
        var store = platform.Services.GetRequiredService<IStateStore>();
        var machines = platform.LimiQuantix.Machines;
        var id = (await platform.CreateAsync(platform.Spec() with { Start = false })).Id;

        var refused = await Assert.ThrowsAsync<LimiQuantixException>(() => machines.UpdateAsync(id, new MachineUpdate { Cpu = new MachineCpu { Count = 5 }, Memory = new MachineMemory { SizeBytes = 2L << 30 } }));
        Assert.That(refused!.Code, Is.EqualTo(ErrorCodes.QuotaExceeded));
        Assert.That(refused.Error.Problems.Select(problem => problem.Message), Is.EqualTo(new[]
        {
            "The project 'default' may have 4 processors; it has 1, and this asks for 4.",
            "The project 'default' may have 1073741824 bytes of memory; it has 268435456, and this asks for 1879048192.",
        }));
        Assert.That((await machines.PlanUpdateAsync(id, new MachineUpdate { Cpu = new MachineCpu { Count = 5 } })).Error!.Code, Is.EqualTo(ErrorCodes.QuotaExceeded));
        Assert.That((await machines.PlanCreateAsync(platform.Spec("web-2") with { Cpu = new MachineCpu { Count = 4 } })).Error!.Code, Is.EqualTo(ErrorCodes.QuotaExceeded));

        await machines.UpdateAsync(id, new MachineUpdate
        {
            Cpu = new MachineCpu { Count = 4 },
            Disks = new Dictionary<string, DiskUpdate?> { ["disk0"] = new() { SizeBytes = 3L << 30 }, ["data"] = new() { Source = new BlankDiskSource(), SizeBytes = 1L << 30 } },
            Nics = new Dictionary<string, NicUpdate?> { ["second"] = new() },
        });
        Assert.That(await UsageAsync(store), Is.EqualTo(new ResourceAmounts { Machines = 1, Cpus = 4, MemoryBytes = 256L << 20, DiskBytes = 4L << 30, Addresses = 2 }));

        // What is less is given back; while the machine is on, when it is so.
        await (await machines.StartAsync(id)).CompletedAsync().WaitAsync(Patience);
        var less = new MachineUpdate
        {
            Cpu = new MachineCpu { Count = 1 },
            Disks = new Dictionary<string, DiskUpdate?> { ["data"] = null },
            Nics = new Dictionary<string, NicUpdate?> { ["second"] = null },
        };
        await machines.UpdateAsync(id, less);
        Assert.That((await UsageAsync(store)).Cpus, Is.EqualTo(4));
        await (await machines.RestartAsync(id, new() { Mode = StopMode.Force })).CompletedAsync().WaitAsync(Patience);
        await Eventually.TrueAsync(
            async () => await UsageAsync(store) == new ResourceAmounts { Machines = 1, Cpus = 1, MemoryBytes = 256L << 20, DiskBytes = 3L << 30, Addresses = 1 }, "all of it is given back");

        // What fails gives back what it took.
        await (await machines.StopAsync(id, new() { Mode = StopMode.Force })).CompletedAsync().WaitAsync(Patience);
        platform.Hypervisor.FailOnce["UpdateAsync"] = new LimiQuantixException(ErrorCodes.FailedPrecondition, "It does not.");
        await Assert.ThrowsAsync<LimiQuantixException>(() => machines.UpdateAsync(id, new MachineUpdate { Cpu = new MachineCpu { Count = 3 } }));
        Assert.That((await UsageAsync(store)).Cpus, Is.EqualTo(1));

        await (await machines.DeleteAsync(id)).CompletedAsync().WaitAsync(Patience);
        Assert.That(await ReservedKeysAsync(store), Is.Empty);
    }

    [Test]
    public async Task Updates_at_the_same_time_get_no_more_than_the_quota_together()
    {
        Refusing admission = new() { Quota = new ResourceQuota { Cpus = 7 } };
        await using var platform = await Platform.StartAsync(services => services.AddSingleton<IAdmission>(admission));
        var store = platform.Services.GetRequiredService<IStateStore>();
        List<Guid> ids = [];
        for (var number = 0; number < 4; number++) ids.Add((await platform.CreateAsync(platform.Spec($"web-{number}") with { Start = false })).Id);

        var outcomes = await Task.WhenAll(ids.Select(async id =>
        {
            try
            {
                await platform.LimiQuantix.Machines.UpdateAsync(id, new MachineUpdate { Cpu = new MachineCpu { Count = 2 } }).WaitAsync(Patience);
                return true;
            }
            catch (LimiQuantixException e) when (e.Code == ErrorCodes.QuotaExceeded)
            {
                return false;
            }
        }));

        Assert.That(outcomes.Count(isGranted => isGranted), Is.EqualTo(3));
        Assert.That((await UsageAsync(store)).Cpus, Is.EqualTo(7));
    }

    [Test]
    public async Task Update_of_marks_asks_the_admission_too()
    {
        Refusing admission = new();
        await using var platform = await Platform.StartAsync(services => services.AddSingleton<IAdmission>(admission));
        var machine = await platform.CreateAsync();
        admission.Refuses = true;
        MachineUpdate update = new() { Labels = new Dictionary<string, string?> { ["team"] = "blue" } };

        var refused = await Assert.ThrowsAsync<LimiQuantixException>(() => platform.LimiQuantix.Machines.UpdateAsync(machine.Id, update));
        var plan = await platform.LimiQuantix.Machines.PlanUpdateAsync(machine.Id, update);

        Assert.That((refused!.Code, plan.Error!.Code), Is.EqualTo((ErrorCodes.NotAdmitted, ErrorCodes.NotAdmitted)));
        Assert.That((admission.Asked[^1].Action, admission.Asked[^1].Resource.Id), Is.EqualTo((Actions.MachinesUpdate, machine.Id)));
        Assert.That((await platform.LimiQuantix.Machines.GetAsync(machine.Id)).Labels, Is.Empty);
    }

    [Test]
    public async Task What_the_host_does_not_admit_is_not_stored_and_says_why_with_each_place()
    {
        Refusing admission = new();
        await using var platform = await Platform.StartAsync(services => services.AddSingleton<IAdmission>(admission));
        var known = (await platform.LimiQuantix.Operations.ListAsync()).Items;
        admission.Refuses = true;

        var refused = await Assert.ThrowsAsync<LimiQuantixException>(() => platform.LimiQuantix.Machines.CreateAsync(platform.Spec("web-1")));

        Assert.That(refused!.Code, Is.EqualTo(ErrorCodes.NotAdmitted));
        Assert.That(refused.Error.Problems, Is.EqualTo(Refusing.Problems));
        Assert.That((await platform.LimiQuantix.Operations.ListAsync()).Items, Has.Count.EqualTo(known.Count));
        Assert.That(await platform.LimiQuantix.Machines.FindAsync("web-1"), Is.Null);
        var asked = admission.Asked[^1];
        Assert.That((asked.Action, asked.Resource.Name, asked.Resource.Project, asked.Adds.Machines), Is.EqualTo((Actions.MachinesCreate, "web-1", "default", 1L)));
        Assert.That((asked.Request as MachineSpec)?.Name, Is.EqualTo("web-1"));
    }

    [Test]
    public async Task Quota_that_is_exceeded_names_every_limit_and_a_known_key_finds_its_operation_all_the_same()
    {
        Refusing admission = new();
        await using var platform = await Platform.StartAsync(services => services.AddSingleton<IAdmission>(admission));
        CreateOptions options = new() { IdempotencyKey = "once" };
        var first = await platform.LimiQuantix.Machines.CreateAsync(platform.Spec("web-1"), options);
        admission.Quota = new ResourceQuota { Machines = 1, MemoryBytes = 256L << 20, Cpus = 8 };

        var again = await platform.LimiQuantix.Machines.CreateAsync(platform.Spec("web-1"), options);
        var exceeded = await Assert.ThrowsAsync<LimiQuantixException>(() => platform.LimiQuantix.Machines.CreateAsync(platform.Spec("web-2")));
        await first.CompletedAsync().WaitAsync(Patience);
        // What takes nothing is not held against a quota.
        await (await platform.LimiQuantix.Machines.StopAsync(first.ResourceId)).CompletedAsync().WaitAsync(Patience);

        Assert.That(again.Id, Is.EqualTo(first.Id));
        Assert.That(exceeded!.Code, Is.EqualTo(ErrorCodes.QuotaExceeded));
        Assert.That(exceeded.Error.Problems.Select(problem => problem.Message), Is.EqualTo(new[]
        {
            "The project 'default' may have 1 machines; it has 1, and this asks for 1.",
            "The project 'default' may have 268435456 bytes of memory; it has 268435456, and this asks for 268435456.",
        }));
    }

    [Test]
    public async Task Machines_that_reserved_nothing_get_their_reservation_from_the_next_leader()
    {
        await using (var host = new LifecycleHost(_folder.Path))
        {
            var creation = await host.LimiQuantix.Machines.CreateAsync(host.Spec(await host.ImageAsync()));
            await creation.CompletedAsync().WaitAsync(Patience);
            var keys = await ReservedKeysAsync(host);
            await host.State.CommitAsync(new StateTransaction { Mutations = [.. keys.Select(key => new StateMutation { Key = key })] });
        }

        await using var next = new LifecycleHost(_folder.Path);
        _ = next.LimiQuantix;
        await Eventually.TrueAsync(async () => await UsageAsync(next) is { Machines: 1 }, "the machine is counted");

        await DeleteAsync(next, (await next.LimiQuantix.Machines.ListAsync()).Items.Single().Id);
        Assert.That(await ReservedKeysAsync(next), Is.Empty);
    }

    /// <summary>Asks for so many machines at once. Gives how many were admitted; every other one must have been refused for the quota.</summary>
    internal static async Task<int> CreateAsync(LifecycleHost host, string prefix)
    {
        var image = await host.ImageAsync();
        var admitted = 0;
        await Task.WhenAll(Enumerable.Range(0, CreationsOfEach).Select(async number =>
        {
            try
            {
                var creation = await host.LimiQuantix.Machines.CreateAsync(host.Spec(image, string.Create(CultureInfo.InvariantCulture, $"{prefix}-{number}"), start: false));
                Interlocked.Increment(ref admitted);
                await host.EndedAsync(creation.Id);
            }
            catch (LimiQuantixException exception) when (exception.Code == ErrorCodes.QuotaExceeded)
            {
                // The others were quicker.
            }
        }));
        return admitted;
    }

    internal static void Limited(IServiceCollection services) => services.AddSingleton<IAdmission>(new Refusing { Quota = new ResourceQuota { Machines = Quota } });

    private static async Task DeleteAsync(LifecycleHost host, Guid id) =>
        await (await host.LimiQuantix.Machines.DeleteAsync(id)).CompletedAsync().WaitAsync(Patience);

    private static async Task<ResourceAmounts?> UsageAsync(LifecycleHost host) =>
        (await host.Services.GetRequiredService<Reservations>().ReadAsync(Caller.DefaultProject, CancellationToken.None))?.Value.Amounts;

    private static async Task<ResourceAmounts> UsageAsync(IStateStore state) =>
        (await new Reservations(state).ReadAsync(Caller.DefaultProject, CancellationToken.None))?.Value.Amounts ?? new();

    private static Task<IReadOnlyList<string>> ReservedKeysAsync(LifecycleHost host) => ReservedKeysAsync(host.State);

    private static async Task<IReadOnlyList<string>> ReservedKeysAsync(IStateStore state) =>
    [
        .. (await state.ListAsync(new StateQuery { Prefix = "reservations/" })).Entries.Select(entry => entry.Key),
        .. (await state.ListAsync(new StateQuery { Prefix = "usage/" })).Entries.Select(entry => entry.Key),
    ];

    private sealed class Refusing : IAdmission
    {
        public static IReadOnlyList<LimiQuantixProblem> Problems { get; } = [new() { Pointer = "/name", Code = "unpaid", Message = "The bill is not paid.", Remedy = "Pay it." }];

        public bool Refuses { get; set; }

        public ResourceQuota? Quota { get; set; }

        public List<AdmissionRequest> Asked { get; } = [];

        public ValueTask<AdmissionAnswer> AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken = default)
        {
            lock (Asked) Asked.Add(request);
            return ValueTask.FromResult(Refuses ? AdmissionAnswer.Refused(Problems) : Quota is { } quota ? AdmissionAnswer.Within(quota) : AdmissionAnswer.Admitted);
        }
    }
}

/// <summary>This program as a second process that asks for as many machines on the same state.</summary>
internal sealed class AdmissionChild(string folder) : IAsyncDisposable
{
    public const string Argument = "admission-child";

    private readonly ChildProcess _process = new(Argument, folder);

    public async Task<int> CreatedAsync(TimeSpan patience)
    {
        using var deadline = new CancellationTokenSource(patience);
        while (await _process.Output.ReadLineAsync(deadline.Token) is { } line)
        {
            if (line.StartsWith("admitted ", StringComparison.Ordinal)) return int.Parse(line["admitted ".Length..], CultureInfo.InvariantCulture);
        }

        throw new InvalidOperationException("The second process ended without saying how many were admitted.");
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    /// <summary>What the second process does.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not [var folder]) return 64;
        await using var host = new LifecycleHost(folder, AdmissionTests.Limited);
        await Console.Out.WriteLineAsync($"admitted {await AdmissionTests.CreateAsync(host, "theirs")}");
        return 0;
    }
}
