using LimiQuantix.Conformance;
using LimiQuantix.Jobs;
using LimiQuantix.Storage;
using Microsoft.Extensions.Time.Testing;

namespace LimiQuantix.Tests.Jobs;

public sealed class InProcessJobsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly AsyncLocal<string?> Flowing = new();

    private readonly FakeTimeProvider _time = new();

    [Test]
    public async Task Job_is_followed_from_its_begin_to_what_it_came_to()
    {
        await using InProcessJobs jobs = new(_time);
        TaskCompletionSource gate = new();
        var id = Guid.CreateVersion7();
        var result = Result();
        var begun = jobs.Ensure(id, "a", async (progress, token) =>
        {
            progress.Report(new JobProgress { Step = "copy", Completed = 1, Total = 2 });
            await gate.Task.WaitAsync(token);
            return result;
        });
        Assert.That((begun.JobId, begun.Phase), Is.EqualTo((id, JobPhase.Running)));

        List<JobObservation> seen = [];
        await foreach (var now in jobs.WatchAsync(id).WithCancellation(Deadline()))
        {
            seen.Add(now);
            if (now.Progress is not null) gate.TrySetResult();
        }
        Assert.That(seen.Select(s => s.Revision), Is.Ordered.And.Unique);
        Assert.That(seen[^1] with { Revision = 0 }, Is.EqualTo(new JobObservation
        {
            JobId = id,
            Phase = JobPhase.Succeeded,
            Outcome = result,
            Progress = new JobProgress { Step = "copy", Completed = 1, Total = 2 },
        }));
        Assert.That(await jobs.FindAsync(id), Is.EqualTo(seen[^1]));
    }

    [Test]
    public async Task Same_id_re_attaches_however_many_ask_and_the_work_is_done_once()
    {
        await using InProcessJobs jobs = new(_time);
        var runs = 0;
        var id = Guid.CreateVersion7();
        var begun = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => jobs.Ensure(id, ("a", 1), (_, _) => Task.FromResult<JobResult?>(Count())))));
        Assert.That(begun.Select(b => b.JobId), Is.All.EqualTo(id));
        Assert.That((await EndAsync(jobs, id)).Phase, Is.EqualTo(JobPhase.Succeeded));
        Assert.That(jobs.Ensure(id, ("a", 1), (_, _) => Task.FromResult<JobResult?>(Count())).Phase, Is.EqualTo(JobPhase.Succeeded));
        Assert.That(runs, Is.EqualTo(1));

        BaseImportResult? Count()
        {
            Interlocked.Increment(ref runs);
            return null;
        }
    }

    [Test]
    public async Task Same_id_with_another_definition_is_a_conflict_and_an_empty_one_is_none()
    {
        await using InProcessJobs jobs = new(_time);
        var id = Guid.CreateVersion7();
        jobs.Ensure(id, "a", Nothing);
        Assert.That(Code(() => jobs.Ensure(id, "b", Nothing)), Is.EqualTo(ErrorCodes.Conflict));
        Assert.That(Code(() => jobs.Ensure(Guid.Empty, "b", Nothing)), Is.EqualTo(ErrorCodes.InvalidArgument));
    }

    [Test]
    public async Task Unknown_job_is_an_answer()
    {
        await using InProcessJobs jobs = new(_time);
        Assert.That(await jobs.FindAsync(Guid.NewGuid()), Is.Null);
        await foreach (var now in jobs.WatchAsync(Guid.NewGuid())) Assert.Fail($"{now}");
        await jobs.ForgetAsync(Guid.NewGuid());
    }

    [Test]
    public async Task Failure_is_told_as_it_is_and_a_foreign_one_as_internal()
    {
        await using InProcessJobs jobs = new(_time);
        Guid known = Guid.CreateVersion7(), foreign = Guid.CreateVersion7(), foreignCancel = Guid.CreateVersion7();
        jobs.Ensure(known, "", (_, _) => throw new LimiQuantixException(ErrorCodes.InsufficientSpace, "Full.", isTransient: true));
        jobs.Ensure(foreign, "", (_, _) => throw new FormatException("what"));
        jobs.Ensure(foreignCancel, "", (_, _) => throw new OperationCanceledException("of somebody else"));
        var error = (await EndAsync(jobs, known)).Error!;
        Assert.That((error.Code, error.IsTransient), Is.EqualTo((ErrorCodes.InsufficientSpace, true)));
        var internalError = await EndAsync(jobs, foreign);
        Assert.That((internalError.Phase, internalError.Error!.Code), Is.EqualTo((JobPhase.Failed, ErrorCodes.Internal)));
        Assert.That(internalError.Error.Message, Does.Contain("FormatException").And.Contain("what"));
        Assert.That((await EndAsync(jobs, foreignCancel)).Phase, Is.EqualTo(JobPhase.Failed));
    }

    [Test]
    public async Task Cancelled_job_ends_and_is_not_forgotten_before()
    {
        await using InProcessJobs jobs = new(_time);
        TaskCompletionSource obey = new();
        var id = Guid.CreateVersion7();
        jobs.Ensure(id, "", async (_, token) =>
        {
            await obey.Task;
            token.ThrowIfCancellationRequested();
            return null;
        });
        await jobs.CancelAsync(id);
        await jobs.CancelAsync(id);
        var asked = (await jobs.FindAsync(id))!;
        Assert.That((asked.Phase, asked.IsCancelRequested), Is.EqualTo((JobPhase.Running, true)));
        Assert.That((await Assert.ThrowsAsync<LimiQuantixException>(() => jobs.ForgetAsync(id)))!.Code, Is.EqualTo(ErrorCodes.FailedPrecondition));
        obey.SetResult();
        Assert.That((await EndAsync(jobs, id)).Phase, Is.EqualTo(JobPhase.Cancelled));
        await jobs.ForgetAsync(id);
        Assert.That(await jobs.FindAsync(id), Is.Null);
    }

    [Test]
    public async Task Job_that_begins_after_it_was_cancelled_does_nothing()
    {
        await using InProcessJobs jobs = new(_time);
        var id = Guid.CreateVersion7();
        await jobs.CancelAsync(id);
        Assert.That(jobs.Ensure(id, "late", (_, _) => throw new InvalidOperationException("It ran.")).Phase, Is.EqualTo(JobPhase.Cancelled));
        Assert.That((await jobs.FindAsync(id))!.Error, Is.Null);
    }

    [Test]
    public async Task Token_of_a_watcher_ends_the_watching_and_not_the_job()
    {
        await using InProcessJobs jobs = new(_time);
        TaskCompletionSource gate = new();
        var id = Guid.CreateVersion7();
        jobs.Ensure(id, "", async (_, token) =>
        {
            await gate.Task.WaitAsync(token);
            return null;
        });
        using CancellationTokenSource stop = new();
        var watching = Task.Run(async () =>
        {
            await foreach (var now in jobs.WatchAsync(id, stop.Token)) await stop.CancelAsync();
        });
        await Assert.CatchAsync<OperationCanceledException>(() => watching.WaitAsync(Patience));
        Assert.That((await jobs.FindAsync(id))!.Phase, Is.EqualTo(JobPhase.Running));
        gate.SetResult();
        Assert.That((await EndAsync(jobs, id)).Phase, Is.EqualTo(JobPhase.Succeeded));
    }

    [Test]
    public async Task Slow_watcher_gets_the_newest_and_costs_no_memory()
    {
        await using InProcessJobs jobs = new(_time);
        TaskCompletionSource reported = new(), gate = new();
        var id = Guid.CreateVersion7();
        jobs.Ensure(id, "", async (progress, token) =>
        {
            for (var i = 1; i <= 100_000; i++) progress.Report(new JobProgress { Step = "copy", Completed = i });
            reported.SetResult();
            await gate.Task.WaitAsync(token);
            return null;
        });
        await using var watch = jobs.WatchAsync(id).GetAsyncEnumerator();
        Assert.That(await watch.MoveNextAsync().AsTask().WaitAsync(Patience), Is.True);
        await reported.Task.WaitAsync(Patience);
        if (watch.Current.Progress?.Completed != 100_000) Assert.That(await watch.MoveNextAsync().AsTask().WaitAsync(Patience), Is.True);
        Assert.That(watch.Current.Progress!.Completed, Is.EqualTo(100_000));
        gate.SetResult();
    }

    [Test]
    public async Task Ended_jobs_are_known_for_a_time_and_in_a_number()
    {
        await using InProcessJobs jobs = new(_time, new InProcessJobsOptions { MaximumEnded = 3, KeepEnded = TimeSpan.FromHours(1) });
        List<Guid> ids = [];
        for (var i = 0; i < 5; i++)
        {
            ids.Add(Guid.CreateVersion7());
            jobs.Ensure(ids[i], "", Nothing);
            await EndAsync(jobs, ids[i]);
            _time.Advance(TimeSpan.FromMinutes(1));
        }
        // The next begin makes room.
        jobs.Ensure(Guid.CreateVersion7(), "", Nothing);
        Assert.That(await KnownAsync(), Is.EqualTo(new[] { false, false, true, true, true }));
        _time.Advance(TimeSpan.FromMinutes(57));
        Assert.That(await KnownAsync(), Is.EqualTo(new[] { false, false, false, true, true }));

        async Task<bool[]> KnownAsync() => await Task.WhenAll(ids.Select(async id => await jobs.FindAsync(id) is not null));
    }

    [Test]
    public async Task Too_many_jobs_at_once_are_refused_as_transient()
    {
        await using InProcessJobs jobs = new(_time, new InProcessJobsOptions { MaximumRunning = 1 });
        TaskCompletionSource gate = new();
        var first = Guid.CreateVersion7();
        jobs.Ensure(first, "", async (_, token) =>
        {
            await gate.Task.WaitAsync(token);
            return null;
        });
        var refused = Assert.Throws<LimiQuantixException>(() => jobs.Ensure(Guid.CreateVersion7(), "", Nothing))!;
        Assert.That((refused.Code, refused.IsTransient), Is.EqualTo((ErrorCodes.Unavailable, true)));
        gate.SetResult();
        await EndAsync(jobs, first);
        Assert.That(() => jobs.Ensure(Guid.CreateVersion7(), "", Nothing), Throws.Nothing);
    }

    [Test]
    public async Task Disposal_cancels_and_waits_and_says_that_the_job_is_to_be_begun_anew()
    {
        InProcessJobs jobs = new(_time);
        var cleaned = false;
        var id = Guid.CreateVersion7();
        jobs.Ensure(id, "", async (_, token) =>
        {
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
            }
            finally
            {
                await Task.Yield();
                cleaned = true;
            }
            return null;
        });
        var watching = EndAsync(jobs, id);
        await jobs.DisposeAsync();
        Assert.That(cleaned, Is.True);
        var end = await watching;
        Assert.That((end.Phase, end.Error!.Code, end.Error.IsTransient), Is.EqualTo((JobPhase.Failed, ErrorCodes.Unavailable, true)));
        Assert.That(Code(() => jobs.Ensure(Guid.CreateVersion7(), "", Nothing)), Is.EqualTo(ErrorCodes.Unavailable));
        await jobs.DisposeAsync();
    }

    [Test]
    public async Task Nothing_of_the_callers_context_flows_into_the_job()
    {
        await using InProcessJobs jobs = new(_time);
        Flowing.Value = "the caller's";
        var seen = "";
        var id = Guid.CreateVersion7();
        jobs.Ensure(id, "", (_, _) =>
        {
            seen = Flowing.Value;
            return Task.FromResult<JobResult?>(null);
        });
        await EndAsync(jobs, id);
        Assert.That(seen, Is.Null);
    }

    [Test]
    public void Bounds_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new InProcessJobs(_time, new InProcessJobsOptions { MaximumRunning = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new InProcessJobs(_time, new InProcessJobsOptions { MaximumEnded = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new InProcessJobs(_time, new InProcessJobsOptions { KeepEnded = TimeSpan.Zero }));
    }

    private static async Task<JobObservation> EndAsync(InProcessJobs jobs, Guid id)
    {
        JobObservation? last = null;
        await foreach (var now in jobs.WatchAsync(id).WithCancellation(Deadline())) last = now;
        return last!;
    }

    private static CancellationToken Deadline() => new CancellationTokenSource(Patience).Token;

    private static Task<JobResult?> Nothing(IProgress<JobProgress> progress, CancellationToken cancellationToken) => Task.FromResult<JobResult?>(null);

    private static string Code(Func<JobObservation> call) => Assert.Throws<LimiQuantixException>(() => call())!.Code;

    private static BaseImportResult Result() => new()
    {
        Base = new BaseObservation { Digest = new Images.ImageDigest("sha256", new string('a', 64)), VirtualSizeBytes = 512 },
    };
}
