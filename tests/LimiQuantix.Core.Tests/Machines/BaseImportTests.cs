using LimiQuantix.Conformance;
using LimiQuantix.Core.Tests.Machines.Support;
using LimiQuantix.Jobs;
using LimiQuantix.Machines;
using LimiQuantix.Operations;
using LimiQuantix.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LimiQuantix.Core.Tests.Machines;

/// <summary>How creations bring an image into a pool: through the public API, on a pool whose jobs can be held, lost and hung.</summary>
public sealed class BaseImportTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private TaskCompletionSource _gate = null!;

    [SetUp]
    public void CloseGate() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    [Test]
    public async Task Ten_creations_at_once_make_one_import_and_all_hear_of_its_progress()
    {
        await using var platform = await HeldAsync();
        var creations = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => platform.LimiQuantix.Machines.CreateAsync(platform.Spec($"web-{i}"))));
        // Only so many run at once, and which ones they are is nobody's promise.
        await UntilAsync(async () =>
        {
            var operations = await Task.WhenAll(creations.Select(creation => platform.LimiQuantix.Operations.GetAsync(creation.Id)));
            return operations.Count(operation => operation.Progress is { Step: "base", Completed: 1, Total: 2 }) >= 5;
        });
        _gate.SetResult();

        await Task.WhenAll(creations.Select(creation => creation.CompletedAsync())).WaitAsync(Patience);
        Assert.That(platform.Fake.Storage.Begun, Has.Count.EqualTo(1));
        Assert.That(platform.Fake.Storage.Imports, Has.Count.EqualTo(1));
        Assert.That(platform.Fake.Storage.Volumes, Has.Count.EqualTo(10));
        Assert.That(platform.Fake.Storage.Bases.Single().Value, Is.EqualTo(await File.ReadAllBytesAsync(platform.DiskPath)));
    }

    [Test]
    public async Task Base_that_is_there_is_not_imported_again()
    {
        await using var platform = await Platform.StartAsync();
        await platform.CreateAsync();
        await platform.CreateAsync(platform.Spec("web-2"));
        Assert.That(platform.Fake.Storage.Imports, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Base_that_went_with_its_last_volume_is_imported_anew_though_the_pool_knows_the_former_job()
    {
        await using var platform = await Platform.StartAsync();
        await platform.CreateAsync();
        platform.Fake.Storage.Bases.Clear();
        await platform.CreateAsync(platform.Spec("web-2"));
        Assert.That(platform.Fake.Storage.Bases, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Transient_failure_is_tried_again_as_another_job()
    {
        await using var platform = await Platform.StartAsync();
        platform.Fake.Storage.ImportErrors.Enqueue(new LimiQuantixException(ErrorCodes.Unavailable, "Away.", isTransient: true));
        platform.Fake.Storage.ImportErrors.Enqueue(new LimiQuantixException(ErrorCodes.Unavailable, "Away.", isTransient: true));
        Assert.That((await platform.CreateAsync()).Status.PowerState, Is.EqualTo(PowerState.Running));
        Assert.That(platform.Fake.Storage.Begun, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Lasting_failure_is_everybodys_and_is_not_tried_again()
    {
        await using var platform = await HeldAsync();
        platform.Fake.Storage.ImportErrors.Enqueue(new LimiQuantixException(ErrorCodes.InsufficientSpace, "The fake is full."));
        var creations = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => platform.LimiQuantix.Machines.CreateAsync(platform.Spec($"web-{i}"))));
        await Task.WhenAll(creations.Select(creation => HasProgressAsync(platform, creation.Id)));
        _gate.SetResult();
        foreach (var creation in creations)
            Assert.That((await FailureAsync(creation)).Code, Is.EqualTo(ErrorCodes.InsufficientSpace));
        Assert.That(platform.Fake.Storage.Begun, Has.Count.EqualTo(1));

        await platform.CreateAsync(platform.Spec("web-9"));
        Assert.That(platform.Fake.Storage.Begun, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Cancelling_one_of_two_leaves_the_import_to_the_other()
    {
        await using var platform = await HeldAsync();
        var first = await BegunAsync(platform, "web-1");
        var second = await BegunAsync(platform, "web-2");
        await first.CancelAsync();
        Assert.That((await FailureAsync(first)).Code, Is.EqualTo(ErrorCodes.Cancelled));
        Assert.That((await JobAsync(platform))!.Phase, Is.EqualTo(JobPhase.Running));
        _gate.SetResult();
        await second.CompletedAsync().WaitAsync(Patience);
        Assert.That(platform.Fake.Storage.Begun, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Cancelling_the_last_cancels_the_import_and_the_next_begins_it_anew()
    {
        await using var platform = await HeldAsync();
        var first = await BegunAsync(platform, "web-1");
        var second = await BegunAsync(platform, "web-2");
        await Task.WhenAll(first.CancelAsync(), second.CancelAsync());
        Assert.That((await FailureAsync(first)).Code, Is.EqualTo(ErrorCodes.Cancelled));
        Assert.That((await FailureAsync(second)).Code, Is.EqualTo(ErrorCodes.Cancelled));
        Assert.That(await JobAsync(platform), Is.Null, "cancelled to its end, and forgotten");
        Assert.That(platform.Fake.Storage.Bases, Is.Empty);

        _gate.SetResult();
        await platform.CreateAsync(platform.Spec("web-3"));
        Assert.That(platform.Fake.Storage.Begun, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Job_that_the_pool_lost_is_begun_anew()
    {
        await using var platform = await HeldAsync();
        var creation = await BegunAsync(platform, "web-1");
        var lost = platform.Fake.Storage.Jobs;
        platform.Fake.Storage.ImportGate = Task.CompletedTask;
        platform.Fake.Storage.Jobs = new InProcessJobs(TimeProvider.System);
        await lost.DisposeAsync();
        Assert.That((await creation.CompletedAsync().WaitAsync(Patience)).Status.PowerState, Is.EqualTo(PowerState.Running));
        Assert.That(platform.Fake.Storage.Begun, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Silent_job_is_a_time_out_that_names_the_pool_and_the_next_creation_does_not_wait_for_it()
    {
        await using var platform = await HeldAsync(TimeSpan.FromSeconds(3));
        platform.Fake.Storage.IgnoresCancellation = platform.Fake.Storage.OutlivesEngine = true;
        var creation = await BegunAsync(platform, "web-1");
        var failure = await FailureAsync(creation);
        Assert.That((failure.Code, failure.Target, failure.IsTransient), Is.EqualTo((ErrorCodes.Timeout, "pool", false)));
        Assert.That(failure.Message, Does.Contain("pool 'pool'").And.Contain("sign of life").And.Contain("JobSilenceTimeout"));
        Assert.That((await JobAsync(platform))!.IsCancelRequested, Is.True);

        platform.Fake.Storage.ImportGate = Task.CompletedTask;
        // The second job is not silent, however slow the machine.
        platform.Services.GetRequiredService<IOptions<LimiQuantixOptions>>().Value.JobSilenceTimeout = Patience;
        await platform.CreateAsync(platform.Spec("web-2"));
        Assert.That(platform.Fake.Storage.Begun, Has.Count.EqualTo(2));
        _gate.SetResult();
    }

    [Test]
    public async Task Stopped_engine_leaves_the_job_and_the_next_one_goes_on_with_it()
    {
        // One data folder and one pool that outlives the engine, as two runs of one application have them.
        await using var data = new TemporaryFolder();
        var fake = new FakePlatform();
        fake.Storage.ImportGate = _gate.Task;
        fake.Storage.OutlivesEngine = true;
        Guid operation;
        await using (var first = await Platform.StartAsync(dataDirectory: data.Path, fake: fake, inMemory: false))
            operation = (await BegunAsync(first, "web-1")).Id;

        Assert.That((await fake.Storage.Jobs.FindAsync(fake.Storage.Begun.Single()))!.Phase, Is.EqualTo(JobPhase.Running));
        await using var second = await Platform.StartAsync(dataDirectory: data.Path, fake: fake, inMemory: false);
        await HasProgressAsync(second, operation);
        _gate.SetResult();
        await UntilAsync(async () => (await second.LimiQuantix.Operations.GetAsync(operation)).Phase == OperationPhase.Succeeded);
        Assert.That(fake.Storage.Begun, Has.Count.EqualTo(1), "one job, whoever follows it");
    }

    private async Task<Platform> HeldAsync(TimeSpan? silence = null)
    {
        var platform = await Platform.StartAsync(services =>
        {
            if (silence is { } timeout) services.Configure<LimiQuantixOptions>(options => options.JobSilenceTimeout = timeout);
        });
        platform.Fake.Storage.ImportGate = _gate.Task;
        return platform;
    }

    private static async Task<OperationHandle<VirtualMachine>> BegunAsync(Platform platform, string name)
    {
        var creation = await platform.LimiQuantix.Machines.CreateAsync(platform.Spec(name));
        await HasProgressAsync(platform, creation.Id);
        return creation;
    }

    private static Task HasProgressAsync(Platform platform, Guid operation) =>
        UntilAsync(async () => (await platform.LimiQuantix.Operations.GetAsync(operation)).Progress is { Completed: 1, Total: 2 });

    private static async Task<JobObservation?> JobAsync(Platform platform) => await platform.Fake.Storage.Jobs.FindAsync(platform.Fake.Storage.Begun.First());

    private static async Task<LimiQuantixException> FailureAsync(OperationHandle<VirtualMachine> creation) =>
        (await Assert.ThrowsAsync<LimiQuantixException>(() => creation.CompletedAsync().WaitAsync(Patience)))!;

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!await condition()) await Task.Delay(20, deadline.Token);
    }
}
