using LimiQuantix.Images;
using LimiQuantix.Providers.Loading;
using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.Plugins.Guards;

/// <summary>A source's stream is never ended while it is read: one of a pooled connection would give that connection back broken, to whoever asks next.</summary>
public sealed class GuardedStreamTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public async Task Stream_is_ended_after_the_read_that_was_given_up_has_returned()
    {
        var inner = new SlowToCancel();
        LimiQuantixBuilder builder = new();
        builder.AddPlugin(new FakePlugin(r => r.Add<IImageSource, FakeOptions>("fake", (_, _, _) => ValueTask.FromResult<IImageSource>(new Source(inner)))))
            .AddInstance<FakeOptions>("fake", "one");
        await using var instances = TestEnvironment.Open(builder, _folder.Path);
        var source = await instances.GetAsync<IImageSource>("one");
        var stream = await source.OpenAsync(new ImageRangeRequest { Location = "fake://a" });
        using var cancel = new CancellationTokenSource();
        var reading = stream.ReadAsync(new byte[8], cancel.Token).AsTask();
        await inner.Began.Task.WaitAsync(Patience);

        await cancel.CancelAsync();
        Assert.That(() => reading.WaitAsync(Patience), Throws.InstanceOf<OperationCanceledException>());
        var ending = stream.DisposeAsync().AsTask();
        await inner.Cancelled.Task.WaitAsync(Patience);
        Assert.That(inner.IsEnded, Is.False, "its read has not returned");
        inner.Return.SetResult();
        await ending.WaitAsync(Patience);

        Assert.That((inner.IsEnded, inner.WasEndedInRead), Is.EqualTo((true, false)));
    }

    // Hears its token, and takes a while to end.
    private sealed class SlowToCancel : MemoryStream
    {
        private bool _isReading;

        public TaskCompletionSource Began { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Return { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsEnded { get; private set; }

        public bool WasEndedInRead { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _isReading = true;
            Began.SetResult();
            using var registration = cancellationToken.Register(() => Cancelled.TrySetResult());
            await Return.Task.WaitAsync(Patience, CancellationToken.None);
            _isReading = false;
            throw new OperationCanceledException(cancellationToken);
        }

        public override ValueTask DisposeAsync()
        {
            IsEnded = true;
            WasEndedInRead = _isReading;
            return base.DisposeAsync();
        }
    }

    private sealed class Source(Stream stream) : IImageSource
    {
        public IReadOnlyList<string> Serves { get; } = ["fake://"];

        public T? GetCapability<T>() where T : class => null;

        public Task<ProviderHealth> CheckHealthAsync(CheckHealthRequest request, CancellationToken cancellationToken = default) => Task.FromResult(ProviderHealth.Healthy);

        public Task<ImageSourceInfo> ProbeAsync(ProbeImageRequest request, CancellationToken cancellationToken = default) =>
            Task.FromResult(new ImageSourceInfo { Location = request.Location });

        public Task<Stream> OpenAsync(ImageRangeRequest request, CancellationToken cancellationToken = default) => Task.FromResult(stream);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
