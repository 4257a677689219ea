using LimiQuantix.Core.Instances;
using LimiQuantix.Core.Tests.Plugins;
using LimiQuantix.Images;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Providers.Loading;
using LimiQuantix.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace LimiQuantix.Core.Tests.Diagnostics;

/// <summary>A failure is told as its sentence, and once, however often it comes again.</summary>
public sealed class FailureLogTests
{
    private static readonly LimiQuantixException Down = new(ErrorCodes.Unavailable, "The daemon does not answer.", "Start it.", isTransient: true);

    [Test]
    public void Failure_of_the_contract_is_a_sentence_and_what_nobody_foresaw_has_its_stack()
    {
        var bug = new InvalidOperationException("no such thing");

        Assert.That((Down.Reason(), Down.Trace()), Is.EqualTo(("The daemon does not answer. Start it.", (Exception?)null)));
        Assert.That((bug.Reason(), bug.Trace()), Is.EqualTo(("InvalidOperationException: no such thing", (Exception?)bug)));
        Assert.That(new OperationCanceledException().Trace(), Is.Null);
        Assert.That(new LimiQuantixException(ErrorCodes.PluginFailed, "It threw.").Trace(), Is.Not.Null);
    }

    [Test]
    public void Same_failure_is_told_once_an_hour_another_one_at_once_and_each_subject_for_itself()
    {
        var clock = new FakeTimeProvider();
        var failures = new RepeatedFailures(clock);
        LogLevel Tell(object subject, Exception exception) => failures.Judge(subject, exception).Level;

        Assert.That(Tell("a", Down), Is.EqualTo(LogLevel.Warning));
        Assert.That(Tell("a", new LimiQuantixException(ErrorCodes.Unavailable, "The daemon does not answer after 3 s.")), Is.EqualTo(LogLevel.Debug));
        Assert.That(Tell("b", Down), Is.EqualTo(LogLevel.Warning));
        Assert.That(Tell("a", new LimiQuantixException(ErrorCodes.Timeout, "Too late.")), Is.EqualTo(LogLevel.Warning));
        Assert.That(Tell("a", new IOException()), Is.EqualTo(LogLevel.Warning));
        clock.Advance(TimeSpan.FromMinutes(59));
        Assert.That(Tell("a", new IOException()), Is.EqualTo(LogLevel.Debug));
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.That(Tell("a", new IOException()), Is.EqualTo(LogLevel.Warning));
        failures.Forget("a");
        Assert.That(Tell("a", new IOException()), Is.EqualTo(LogLevel.Warning));
    }

    [Test]
    public async Task Instance_that_cannot_be_followed_is_told_once_without_a_stack()
    {
        await using TemporaryFolder folder = new();
        LimiQuantixBuilder builder = new();
        builder.AddPlugin(new FakePlugin(registry => registry.Add<IImageSource, FakeOptions>("fake", (_, _, _) => throw new NotSupportedException())))
            .AddInstance<FakeOptions>("fake", "one");
        await using ProviderInstances instances = TestEnvironment.Open(builder, folder.Path);
        var clock = new FakeTimeProvider();
        var log = new LogRecorder();
        var tries = 0;
        using var ending = new CancellationTokenSource();

        var running = new InstanceLoops(instances, clock, log.CreateLogger("loops")).RunAsync<IImageSource>(
            nameof(IImageSource.ProbeAsync),
            (_, _) =>
            {
                Interlocked.Increment(ref tries);
                throw Down;
            },
            ending.Token);
        await Eventually.TrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(5));
                return Volatile.Read(ref tries) >= 10;
            },
            "it is tried ten times");
        await ending.CancelAsync();
        await running;

        var told = log.Records.Where(record => record.Level >= LogLevel.Information).ToList();
        Assert.That(told.Select(record => (record.Level, record.Exception)), Is.EqualTo(new[] { (LogLevel.Warning, (Exception?)null) }));
        Assert.That(told[0].Message, Does.Contain("IImageSource one").And.EndsWith("it is tried again: The daemon does not answer. Start it."));
    }
}
