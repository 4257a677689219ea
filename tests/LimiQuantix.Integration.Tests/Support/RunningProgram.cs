using System.Diagnostics;
using LimiQuantix.Testing;

namespace LimiQuantix.Integration.Tests.Support;

/// <summary>A program that a test started: its lines as they come, its end, and a way to kill it.</summary>
internal sealed class RunningProgram : IAsyncDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly List<string> _errors = [];
    private readonly SemaphoreSlim _news = new(0);
    private readonly Task _reading;

    public RunningProgram(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> variables)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.ArgumentList.Add(PathOf(program));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in variables) start.Environment[name] = value;
        _process = Process.Start(start)!;
        _reading = Task.WhenAll(ReadAsync(_process.StandardOutput, _lines), ReadAsync(_process.StandardError, _errors));
    }

    public int ProcessId => _process.Id;

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines) return [.. _lines];
        }
    }

    /// <summary>Waits for a line that begins so.</summary>
    public async Task<string> WaitForLineAsync(string begin, TimeSpan timeout)
    {
        using var deadline = new CancellationTokenSource(timeout);
        while (true)
        {
            if (Lines.FirstOrDefault(line => line.StartsWith(begin, StringComparison.Ordinal)) is { } line) return line;
            if (_reading.IsCompleted) throw new InvalidOperationException($"The program ended without '{begin}': {this}");
            try
            {
                await _news.WaitAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"No line '{begin}' in {timeout}: {this}");
            }
        }
    }

    /// <summary>Waits for the program's end and gives its exit code.</summary>
    public async Task<int> ExitAsync(TimeSpan timeout)
    {
        _process.StandardInput.Close();
        using var deadline = new CancellationTokenSource(timeout);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The program did not end in {timeout}: {this}");
        }

        await _reading;
        return _process.ExitCode;
    }

    /// <summary>Ends it as a power cut would.</summary>
    public async Task KillAsync()
    {
        Signal.Kill(_process.Id);
        await _process.WaitForExitAsync();
        await _reading;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
        _news.Dispose();
    }

    public override string ToString()
    {
        lock (_errors) return string.Join("\n", Lines.TakeLast(30).Concat(_errors.TakeLast(30)));
    }

    private async Task ReadAsync(StreamReader reader, List<string> lines)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (lines) lines.Add(line);
            _news.Release();
        }

        _news.Release();
    }

    // The program of the same build as the tests: bin/CONFIGURATION/FRAMEWORK.
    private static string PathOf(string project)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        var folder = Path.Combine(RepositoryRoot.Combine(project), "bin", output.Parent!.Name, output.Name);
        var configuration = Directory.EnumerateFiles(folder, "*.runtimeconfig.json").Single();
        return configuration.Replace(".runtimeconfig.json", ".dll", StringComparison.Ordinal);
    }
}
