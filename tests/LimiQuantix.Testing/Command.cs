using System.Diagnostics;

namespace LimiQuantix.Testing;

/// <summary>Runs a program to its end; the program and its children are killed when the time is up or the token is cancelled.</summary>
public static class Command
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(10);

    /// <summary>Runs a program and gives its output, whatever its exit code.</summary>
    /// <exception cref="TimeoutException">The program did not end in time.</exception>
    public static async Task<ProcessOutput> RunAsync(
        string program, IEnumerable<string> arguments, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        TimeSpan limit = timeout ?? DefaultTimeout;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        using Process process = Start(program, arguments);
        // Nothing is read from the terminal, and a program that asks gets an end of file.
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        Task<string> error = process.StandardError.ReadToEndAsync(deadline.Token);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
            return new ProcessOutput { ExitCode = process.ExitCode, StandardOutput = await output, StandardError = await error };
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await Task.WhenAll(output, error).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            if (cancellationToken.IsCancellationRequested)
                throw;
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end in {limit}.");
        }
    }

    /// <summary>Runs a program that must succeed and gives its standard output without the last line end.</summary>
    /// <exception cref="InvalidOperationException">The exit code was not 0; the message carries both outputs.</exception>
    public static async Task<string> OutputAsync(
        string program, IEnumerable<string> arguments, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        List<string> list = [.. arguments];
        ProcessOutput result = await RunAsync(program, list, timeout, cancellationToken);
        if (result.ExitCode != 0)
        {
            throw new InvalidOperationException(
                $"{program} {string.Join(' ', list)} ended with {result.ExitCode}: {result.StandardError}{result.StandardOutput}");
        }

        return result.StandardOutput.TrimEnd('\n');
    }

    private static Process Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
    }
}
