using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LimiQuantix;

/// <summary>Runs a program that does something with virtual machines and ends.</summary>
public static partial class LimiQuantixRunExtensions
{
    /// <summary>What <see cref="RunAsync"/> gives when something failed that the log tells.</summary>
    public const int FailedExitCode = 1;

    /// <summary>What <see cref="RunAsync"/> gives when it was stopped before its work was done, as shells report an interrupted program.</summary>
    public const int StoppedExitCode = 130;

    /// <summary>
    /// Starts the host, does the work, and stops the host. When the host is asked to stop before (Ctrl+C, SIGTERM, SIGQUIT, or
    /// <see cref="IHostApplicationLifetime.StopApplication"/>), the work's token is cancelled; work that goes on all the same is left alone after the host's
    /// <see cref="HostOptions.ShutdownTimeout"/>. Operations that were begun are stored, and go on when the program runs again. A
    /// <see cref="LimiQuantixException"/>, of the configuration or of the work, is one line in the log.
    /// </summary>
    /// <param name="host">The host, not started yet.</param>
    /// <param name="work">The work: pass the token to each call, so that it ends when the program is to end.</param>
    /// <returns>
    /// The exit code for the program: 0 when the work came to its end, <see cref="FailedExitCode"/> when it or the configuration failed,
    /// <see cref="StoppedExitCode"/> when it was stopped before. Any other exception comes out when the host has stopped.
    /// </returns>
    public static async Task<int> RunAsync(this IHost host, Func<ILimiQuantix, CancellationToken, Task> work)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(work);
        var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        try
        {
            // Before the host starts, which would log what is wrong with the configuration with its whole stack.
            var limiquantix = host.Services.GetRequiredService<ILimiQuantix>();
            await host.StartAsync(stopping).ConfigureAwait(false);
            try
            {
                return await WorkAsync(host.Services, token => work(limiquantix, token), stopping).ConfigureAwait(false) ? 0 : StoppedExitCode;
            }
            finally
            {
                await host.StopAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return StoppedExitCode;
        }
        catch (LimiQuantixException exception)
        {
            Failed(LoggerOf(host.Services), exception.Code, exception.Message);
            return FailedExitCode;
        }
    }

    // False when the work went on after it was to end.
    private static async Task<bool> WorkAsync(IServiceProvider services, Func<CancellationToken, Task> work, CancellationToken stopping)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = stopping.Register(stopped.SetResult);
        var running = work(stopping);
        if (await Task.WhenAny(running, stopped.Task).ConfigureAwait(false) != running)
        {
            var limit = services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout;
            var pause = Task.Delay(limit, services.GetRequiredService<TimeProvider>(), CancellationToken.None);
            if (await Task.WhenAny(running, pause).ConfigureAwait(false) != running)
            {
                LeftAlone(LoggerOf(services), limit);
                // Nobody waits for it any more, so nobody else would see how it ends.
                _ = running.ContinueWith(ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
                return false;
            }
        }

        await running.ConfigureAwait(false);
        return true;
    }

    private static ILogger LoggerOf(IServiceProvider services) => services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(LimiQuantixRunExtensions));

    [LoggerMessage(1, LogLevel.Warning, "The program's work did not end in {Limit} after it was to stop; it is left alone")]
    private static partial void LeftAlone(ILogger logger, TimeSpan limit);

    [LoggerMessage(2, LogLevel.Critical, "The program failed with {Code}: {Reason}")]
    private static partial void Failed(ILogger logger, string code, string reason);
}
