using LimiQuantix.Core;
using LimiQuantix.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Tests;

public sealed class RunTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Test]
    public async Task Program_gives_0_and_its_host_has_stopped_when_its_work_came_to_the_end()
    {
        await using TemporaryFolder folder = new();
        using var host = Build(folder);
        var stopped = Stopped(host);

        var code = await host.RunAsync(async (limiquantix, stopping) => await limiquantix.Images.ListAsync(cancellationToken: stopping));

        Assert.That(code, Is.Zero);
        Assert.That(stopped.IsCancellationRequested);
    }

    [Test]
    public async Task Program_gives_130_and_its_work_is_cancelled_when_it_is_stopped_before()
    {
        await using TemporaryFolder folder = new();
        using var host = Build(folder);

        var code = await host.RunAsync(async (_, stopping) =>
        {
            host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
            await Task.Delay(Timeout.Infinite, stopping);
        }).WaitAsync(Patience);

        Assert.That(code, Is.EqualTo(LimiQuantixRunExtensions.StoppedExitCode));
        Assert.That(Stopped(host).IsCancellationRequested);
    }

    [Test]
    public async Task Work_that_ends_although_the_program_was_to_stop_is_done()
    {
        await using TemporaryFolder folder = new();
        using var host = Build(folder);

        var code = await host.RunAsync((_, _) =>
        {
            host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
            return Task.CompletedTask;
        });

        Assert.That(code, Is.Zero);
    }

    [Test]
    public async Task Work_that_does_not_end_when_the_program_is_stopped_is_left_alone_after_the_hosts_time()
    {
        await using TemporaryFolder folder = new();
        using var host = Build(folder, TimeSpan.FromSeconds(1));

        var code = await host.RunAsync((_, _) =>
        {
            host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
            return new TaskCompletionSource().Task;
        }).WaitAsync(Patience);

        Assert.That(code, Is.EqualTo(LimiQuantixRunExtensions.StoppedExitCode));
    }

    [Test]
    public async Task Failure_of_the_work_is_one_line_in_the_log_and_exit_code_1()
    {
        await using TemporaryFolder folder = new();
        var log = new LogRecorder();
        using var host = Build(folder, log: log);

        var code = await host.RunAsync((limiquantix, stopping) => limiquantix.Images.GetAsync(Guid.NewGuid(), cancellationToken: stopping));

        Assert.That(code, Is.EqualTo(LimiQuantixRunExtensions.FailedExitCode));
        Assert.That(Stopped(host).IsCancellationRequested);
        Assert.That(log.Records.Single(record => record.Level == LogLevel.Critical), Has.Property("Exception").Null.And.Property("Message").Contains("failed with not_found"));
    }

    [Test]
    public async Task Configuration_that_is_wrong_is_one_line_in_the_log_and_exit_code_1()
    {
        await using TemporaryFolder folder = new();
        var log = new LogRecorder();
        using var host = Build(folder, log: log, configure: builder => builder.AddInstance("tape", "one", new Dictionary<string, string?>()));

        var code = await host.RunAsync((_, _) => throw new InvalidOperationException("It does not come so far."));

        Assert.That(code, Is.EqualTo(LimiQuantixRunExtensions.FailedExitCode));
        Assert.That(log.Records.Where(record => record.Level >= LogLevel.Warning).Select(record => record.Message), Has.One.Items.And.All.Contain("'one' is of kind 'tape'"));
        Assert.That(log.Records.Select(record => record.Exception), Has.All.Null);
    }

    [Test]
    public async Task What_else_the_work_throws_comes_out_when_the_host_has_stopped()
    {
        await using TemporaryFolder folder = new();
        using var host = Build(folder);

        await Assert.ThrowsAsync<FormatException>(() => host.RunAsync((_, _) => throw new FormatException()));

        Assert.That(Stopped(host).IsCancellationRequested);
    }

    [Test]
    public async Task Service_of_the_host_that_fails_at_the_start_comes_out_as_itself()
    {
        await using TemporaryFolder folder = new();
        using var host = Build(folder, services: services => services.AddHostedService<Broken>());

        await Assert.ThrowsAsync<NotSupportedException>(() => host.RunAsync((_, _) => Task.CompletedTask));
    }

    [Test]
    public async Task Program_that_was_stopped_before_it_began_does_no_work()
    {
        await using TemporaryFolder folder = new();
        using var host = Build(folder);
        var worked = false;
        host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        var code = await host.RunAsync((_, _) =>
        {
            worked = true;
            return Task.CompletedTask;
        });

        Assert.That(code, Is.EqualTo(LimiQuantixRunExtensions.StoppedExitCode));
        Assert.That(worked, Is.False);
    }

    // Only the engine: a test without libvirt starts none.
    private static IHost Build(
        TemporaryFolder folder, TimeSpan? shutdown = null, LogRecorder? log = null, Action<ILimiQuantixBuilder>? configure = null, Action<IServiceCollection>? services = null)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        if (log is not null) builder.Logging.AddProvider(log);
        var limiquantix = builder.Services
            .AddLimiQuantix(options => (options.DataDirectory, options.RuntimeDirectory) = (folder.Combine("data"), folder.Combine("run"))).UseInMemoryState();
        configure?.Invoke(limiquantix);
        services?.Invoke(builder.Services);
        if (shutdown is { } limit) builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = limit);
        return builder.Build();
    }

    private static CancellationToken Stopped(IHost host) => host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopped;

    private sealed class Broken : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
