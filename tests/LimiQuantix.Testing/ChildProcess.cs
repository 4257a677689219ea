using System.Diagnostics;
using System.Reflection;

namespace LimiQuantix.Testing;

/// <summary>The running test program as a second process; killed when disposed.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;

    /// <summary>Starts it with these arguments; the program's Main tells them from a test run's.</summary>
    /// <param name="arguments">The first names what it does there.</param>
    public ChildProcess(params string[] arguments)
        : this(null, arguments)
    {
    }

    /// <summary>Starts it with its temporary files in a folder of the caller's: what a killed process leaves goes with that.</summary>
    public ChildProcess(string? temporaryFolder, string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        // Under "dotnet X.dll" the process is dotnet, and the program its first argument.
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet") start.ArgumentList.Add(Assembly.GetEntryAssembly()!.Location);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        if (temporaryFolder is not null) start.Environment["TMPDIR"] = temporaryFolder;
        _process = Process.Start(start)!;
    }

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>What it writes to its standard output.</summary>
    public StreamReader Output => _process.StandardOutput;

    /// <summary>Waits for its end and gives its exit code.</summary>
    /// <exception cref="TimeoutException">It still runs after the deadline.</exception>
    public async Task<int> EndedAsync(TimeSpan deadline)
    {
        await _process.WaitForExitAsync().WaitAsync(deadline);
        return _process.ExitCode;
    }

    /// <summary>Ends the process as a power cut would.</summary>
    public async Task KillAsync()
    {
        Signal.Kill(_process.Id);
        await _process.WaitForExitAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }
}
