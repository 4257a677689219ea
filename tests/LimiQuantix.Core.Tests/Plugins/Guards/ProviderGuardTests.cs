using LimiQuantix.Conformance;
using LimiQuantix.Images;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Providers.Loading;
using LimiQuantix.Storage;
using LimiQuantix.Testing;
using Microsoft.Extensions.Time.Testing;

namespace LimiQuantix.Core.Tests.Plugins.Guards;

/// <summary>What becomes of a call that is given up, and of what an instance makes late.</summary>
public sealed class ProviderGuardTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly FakeTimeProvider _clock = new();
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public async Task Instance_that_blocks_its_callers_takes_a_bounded_number_of_threads_and_none_of_the_pool()
    {
        using MisbehavingPlugin plugin = Bad<IStorageBackend>(nameof(IStorageBackend.GetStatusAsync), Misbehaviour.BlocksItsThread);
        await using var instances = Open(plugin);
        var pool = await instances.GetAsync<IStorageBackend>("one");

        var calls = Enumerable.Range(0, 200).Select(_ => pool.GetStatusAsync()).ToList();
        foreach (var call in calls) await PassTimeUntilAsync(() => call.IsCompleted);
        var refused = await Assert.ThrowsAsync<LimiQuantixException>(() => pool.GetStatusAsync());

        Assert.That(plugin.Blocked, Is.LessThanOrEqualTo(32));
        Assert.That(plugin.BlockedPoolThreads, Is.Zero);
        Assert.That(calls.Select(call => (call.Exception!.InnerException as LimiQuantixException)?.Code), Is.All.EqualTo(ErrorCodes.Timeout));
        Assert.That((refused!.Code, refused.IsTransient), Is.EqualTo((ErrorCodes.Unavailable, true)), "nobody waits a second time for what does not return");
        plugin.Release();
        await PassTimeUntilAsync(async () => await TryAsync(pool.GetStatusAsync()) is not null);
    }

    [Test]
    public async Task Mutating_call_past_its_deadline_stays_known_to_its_operation_until_it_returns()
    {
        using MisbehavingPlugin plugin = Bad<IStorageBackend>(nameof(IStorageBackend.DeleteVolumeAsync), Misbehaviour.BlocksItsThread);
        await using var instances = Open(plugin);
        var pool = await instances.GetAsync<IStorageBackend>("one");
        ProviderCallScope scope = new(() => { }, ShortCalls.Engine);
        using var entered = scope.Enter();

        var call = pool.DeleteVolumeAsync(Guid.NewGuid());
        await plugin.Entered.WaitAsync(Patience);
        await PassTimeUntilAsync(() => call.IsCompleted);
        var error = await Assert.ThrowsAsync<LimiQuantixException>(() => call);

        Assert.That((error!.Code, error.IsTransient), Is.EqualTo((ErrorCodes.Timeout, false)));
        Assert.That(error.Message, Does.Contain("600 s").And.Contain("took effect is not known"));
        Assert.That(scope.Late, Has.Count.EqualTo(1));
        plugin.Release();
        await scope.WaitForLateAsync(CancellationToken.None).WaitAsync(Patience);
        Assert.That(scope.Late, Is.Empty);
    }

    [Test]
    public async Task Mutating_call_does_not_begin_when_the_lease_may_be_lost_but_a_reading_one_does()
    {
        using MisbehavingPlugin plugin = Bad<IStorageBackend>(nameof(IStorageBackend.DeleteVolumeAsync), Misbehaviour.ThrowsForeign);
        await using var instances = Open(plugin);
        var pool = await instances.GetAsync<IStorageBackend>("one");
        ProviderCallScope scope = new(() => throw new LimiQuantixException(ErrorCodes.NotLeader, "The lease may have lapsed."), ShortCalls.Engine);
        using var entered = scope.Enter();

        var error = await Assert.ThrowsAsync<LimiQuantixException>(() => pool.DeleteVolumeAsync(Guid.NewGuid()));

        Assert.That(error!.Code, Is.EqualTo(ErrorCodes.NotLeader));
        Assert.That(plugin.Entered.IsCompleted, Is.False);
        Assert.That(await pool.GetStatusAsync(), Is.Not.Null);
    }

    [Test]
    public async Task Cancellation_that_a_plugin_answers_by_blocking_does_not_block_whoever_cancels()
    {
        using ManualResetEventSlim never = new();
        await using var instances = Open(new StreamSource
        {
            OpenAsync = token =>
            {
                token.Register(() => never.Wait());
                return new TaskCompletionSource<Stream>().Task;
            },
        });
        var source = await instances.GetAsync<IImageSource>("one");
        using CancellationTokenSource cancellation = new();

        var call = source.OpenAsync(new ImageRangeRequest { Location = "bad:///x" }, cancellation.Token);
        await cancellation.CancelAsync().WaitAsync(Patience);

        Assert.That(async () => await call.WaitAsync(Patience), Throws.InstanceOf<OperationCanceledException>());
        never.Set();
    }

    [Test]
    public async Task What_a_call_gives_after_its_deadline_is_disposed()
    {
        TaskCompletionSource<Stream> late = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ObservedStream stream = new();
        await using var instances = Open(new StreamSource { OpenAsync = _ => late.Task });
        var source = await instances.GetAsync<IImageSource>("one");

        var call = source.OpenAsync(new ImageRangeRequest { Location = "bad:///x" });
        await PassTimeUntilAsync(() => call.IsCompleted);
        Assert.That(async () => await call, Throws.InstanceOf<LimiQuantixException>());
        late.SetResult(stream);

        await stream.Ended.WaitAsync(Patience);
    }

    [Test]
    public async Task Stream_that_never_answers_is_an_error_and_one_that_does_not_end_holds_nobody()
    {
        await using var instances = Open(new StreamSource { OpenAsync = _ => Task.FromResult<Stream>(new HangingStream()) });
        var source = await instances.GetAsync<IImageSource>("one");
        var stream = await source.OpenAsync(new ImageRangeRequest { Location = "bad:///x" });

        var read = stream.ReadAsync(new byte[10]).AsTask();
        await PassTimeUntilAsync(() => read.IsCompleted);
        var error = await Assert.ThrowsAsync<LimiQuantixException>(() => read);
        var ending = stream.DisposeAsync().AsTask();
        await PassTimeUntilAsync(() => ending.IsCompleted);

        Assert.That(error!.Code, Is.EqualTo(ErrorCodes.Timeout));
        Assert.That(error.Message, Does.Contain("'one'").And.Contain("ReadAsync of OpenAsync").And.Contain("90 s"));
        Assert.That(ending.IsCompletedSuccessfully, Is.True);
    }

    [Test]
    public async Task Calls_past_their_deadline_and_late_calls_are_counted_by_instance()
    {
        using CallCounts counts = new("counted");
        using MisbehavingPlugin plugin = Bad<IStorageBackend>(nameof(IStorageBackend.GetStatusAsync), Misbehaviour.BlocksItsThread);
        await using var instances = Open(plugin, "counted");
        var pool = await instances.GetAsync<IStorageBackend>("counted");

        var call = pool.GetStatusAsync();
        await plugin.Entered.WaitAsync(Patience);
        await PassTimeUntilAsync(() => call.IsCompleted);

        Assert.That((counts.PastDeadline, counts.Late), Is.EqualTo((1, 1)));
        plugin.Release();
        await PassTimeUntilAsync(() => counts.Late == 0);
    }

    [TestCase(Misbehaviour.HangsForever)]
    [TestCase(Misbehaviour.BlocksItsThread)]
    [TestCase(Misbehaviour.ThrowsForeign)]
    public async Task Instance_that_does_not_end_holds_up_neither_the_others_nor_the_engine(object how)
    {
        using MisbehavingPlugin plugin = new(typeof(IStorageBackend), typeof(IAsyncDisposable).GetMethod("DisposeAsync"), (Misbehaviour)how);
        var bad = $"endless-{(int)how}";
        using CallCounts counts = new(bad);
        List<string> ended = [];
        LimiQuantixBuilder builder = new();
        builder.AddPlugin(plugin)
            .AddPlugin(new FakePlugin(r => r.Add<IImageSource, OtherOptions>("good", (context, _, _) =>
                ValueTask.FromResult<IImageSource>(new FakeImageSource(context.InstanceName, ended)))))
            .AddInstance<OtherOptions>("good", "first").AddInstance<FakeOptions>("bad", bad).AddInstance<OtherOptions>("good", "last");
        var instances = TestEnvironment.Open(builder, _folder.Path, _clock);
        await instances.GetAsync<IImageSource>("first");
        await instances.GetAsync<IStorageBackend>(bad);
        await instances.GetAsync<IImageSource>("last");

        var ending = instances.DisposeAsync().AsTask();
        // Time passes for the bad one alone: "last" has ended when it is asked to, and "first" is asked after its time.
        await plugin.Entered.WaitAsync(Patience);
        if (!Misbehaviour.ThrowsForeign.Equals(how)) await PassTimeUntilAsync(() => counts.Late > 0);
        await ending.WaitAsync(Patience);

        Assert.That(ended, Is.EqualTo(new[] { "last", "first" }));
    }

    [Test]
    public async Task Opening_that_hangs_fails_at_once_the_second_time_and_what_it_gives_late_is_ended()
    {
        List<string> ended = [];
        TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var opens = 0;
        LimiQuantixBuilder builder = new();
        builder.AddPlugin(new FakePlugin(r => r.Add<IImageSource, FakeOptions>("fake", async (_, _, _) =>
        {
            var count = Interlocked.Increment(ref opens);
            if (count == 1) await gate.Task;
            return new FakeImageSource($"{count}", ended);
        }))).AddInstance<FakeOptions>("fake", "one");
        await using var instances = TestEnvironment.Open(builder, _folder.Path, _clock);

        var first = instances.GetAsync<IImageSource>("one").AsTask();
        await PassTimeUntilAsync(() => first.IsCompleted);
        var error = await Assert.ThrowsAsync<LimiQuantixException>(() => first);
        var second = await Assert.ThrowsAsync<LimiQuantixException>(() => instances.GetAsync<IImageSource>("one").AsTask());
        gate.SetResult();
        await PassTimeUntilAsync(() => ended.Contains("1"));
        IImageSource? open = null;
        await PassTimeUntilAsync(async () => (open = await TryAsync(instances.GetAsync<IImageSource>("one").AsTask())) is not null);

        Assert.That((error!.Code, second!.Code), Is.EqualTo((ErrorCodes.Timeout, ErrorCodes.Timeout)));
        Assert.That(second.Message, Does.Contain("has not returned"));
        Assert.That(opens, Is.EqualTo(2));
    }

    private static async Task<T?> TryAsync<T>(Task<T> call) where T : class
    {
        try
        {
            return await call;
        }
        catch (LimiQuantixException)
        {
            return null;
        }
    }

    private static MisbehavingPlugin Bad<T>(string member, Misbehaviour how) => new(typeof(T), typeof(T).GetMethod(member), how);

    private ProviderInstances Open(MisbehavingPlugin plugin, string name = "one")
    {
        LimiQuantixBuilder builder = new();
        builder.AddPlugin(plugin).AddInstance<FakeOptions>("bad", name);
        return TestEnvironment.Open(builder, _folder.Path, _clock);
    }

    private ProviderInstances Open(StreamSource source)
    {
        LimiQuantixBuilder builder = new();
        builder.AddPlugin(new FakePlugin(r => r.Add<IImageSource, FakeOptions>("bad", (_, _, _) => ValueTask.FromResult<IImageSource>(source))))
            .AddInstance<FakeOptions>("bad", "one");
        return TestEnvironment.Open(builder, _folder.Path, _clock);
    }

    private Task PassTimeUntilAsync(Func<bool> reached) => PassTimeUntilAsync(() => Task.FromResult(reached()));

    private async Task PassTimeUntilAsync(Func<Task<bool>> reached)
    {
        using CancellationTokenSource patience = new(Patience);
        while (!await reached())
        {
            _clock.Advance(TimeSpan.FromSeconds(30));
            await Task.Delay(2, patience.Token);
        }
    }

    private sealed class StreamSource : IImageSource
    {
        public required Func<CancellationToken, Task<Stream>> OpenAsync { get; init; }

        public IReadOnlyList<string> Serves => ["bad://"];

        public T? GetCapability<T>() where T : class => null;

        public Task<ProviderHealth> CheckHealthAsync(CheckHealthRequest request, CancellationToken cancellationToken = default) => Task.FromResult(ProviderHealth.Healthy);

        public Task<ImageSourceInfo> ProbeAsync(ProbeImageRequest request, CancellationToken cancellationToken = default) =>
            Task.FromResult(new ImageSourceInfo { Location = request.Location });

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        Task<Stream> IImageSource.OpenAsync(ImageRangeRequest request, CancellationToken cancellationToken) => OpenAsync(cancellationToken);
    }

    private sealed class ObservedStream : MemoryStream
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Ended => _ended.Task;

        protected override void Dispose(bool disposing)
        {
            _ended.TrySetResult();
            base.Dispose(disposing);
        }
    }

    private sealed class HangingStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(new TaskCompletionSource<int>().Task);

        public override async ValueTask DisposeAsync()
        {
            await new TaskCompletionSource().Task;
            await base.DisposeAsync();
        }
    }
}
