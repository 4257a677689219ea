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
    public async Task What_the_work_throws_comes_out_when_the_host_has_stopped()
    {
        await using TemporaryFolder folder = new();
        using var host = Build(folder);

        var error = (await Assert.ThrowsAsync<LimiQuantixException>(() => host.RunAsync((limiquantix, stopping) => limiquantix.Images.GetAsync(Guid.NewGuid(), cancellationToken: stopping))))!;

        Assert.That(error.Code, Is.EqualTo(ErrorCodes.NotFound));
        Assert.That(Stopped(host).IsCancellationRequested);
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
    private static IHost Build(TemporaryFolder folder, TimeSpan? shutdown = null)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddLimiQuantix(options => (options.DataDirectory, options.RuntimeDirectory) = (folder.Combine("data"), folder.Combine("run"))).UseInMemoryState();
        if (shutdown is { } limit) builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = limit);
        return builder.Build();
    }

    private static CancellationToken Stopped(IHost host) => host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopped;
}
