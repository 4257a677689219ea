using System.Diagnostics;

namespace LimiQuantix.Testing;

/// <summary>A program that a test started: its lines as they come, its end, and a way to kill it.</summary>
public sealed class RunningProgram : IAsyncDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly List<string> _errors = [];
    private readonly SemaphoreSlim _news = new(0);
    private readonly Task _reading;

    /// <summary>Starts it.</summary>
    /// <param name="assembly">The program's assembly, for the <c>dotnet</c> command.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="variables">Environment variables besides this process's own.</param>
    public RunningProgram(string assembly, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> variables)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.ArgumentList.Add(assembly);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in variables) start.Environment[name] = value;
        _process = Process.Start(start)!;
        _reading = Task.WhenAll(ReadAsync(_process.StandardOutput, _lines), ReadAsync(_process.StandardError, _errors));
    }

    /// <summary>Its process id.</summary>
    public int ProcessId => _process.Id;

    /// <summary>What it wrote to its standard output so far.</summary>
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

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
        _news.Dispose();
    }

    /// <summary>The end of what it wrote.</summary>
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
}
