using System.ComponentModel;
using System.Text;
using CliWrap;

namespace LimiQuantix.Disks;

/// <summary>How a run ended.</summary>
internal enum ProgramEnd
{
    Exited,
    NotStarted,
    TimedOut,
    Silent,
}

/// <summary>What came of a run; the output is its begin.</summary>
internal sealed record ProgramResult(ProgramEnd End, int ExitCode, string Output, string Errors);

/// <summary>
/// Runs a program in a process group of its own, with its arguments as a list, its output kept in bounds and a deadline of length and of
/// silence. On cancellation and at a deadline the whole group is killed: also what a wrapper script began and no longer is the parent of.
/// </summary>
internal sealed class ProgramRun
{
    private const int MaximumOutput = 64 << 10;
    private const int CannotExecute = 126;
    private const int NotFound = 127;

    public required TimeProvider Time { get; init; }

    public TimeSpan? Timeout { get; init; }

    public TimeSpan? SilenceTimeout { get; init; }

    /// <summary>Gets the output in pieces.</summary>
    public Action<string>? Output { get; init; }

    /// <exception cref="OperationCanceledException">The token ended, and so did the program.</exception>
    public async Task<ProgramResult> ExecuteAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StringBuilder output = new(), errors = new();
        using CancellationTokenSource length = Source(Timeout);
        using CancellationTokenSource silence = Source(SilenceTimeout);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(length.Token, silence.Token, cancellationToken);
        string? session = SessionProgram();
        Command command = (session is null ? Cli.Wrap(program).WithArguments(arguments) : Cli.Wrap(session).WithArguments([program, .. arguments]))
            .WithEnvironmentVariables(variables => variables.Set("LC_ALL", "C").Set(LeftRuns.Mark, "1"))
            .WithStandardOutputPipe(PipeTarget.Create((stream, token) => ReadAsync(stream, Take, token)))
            .WithStandardErrorPipe(PipeTarget.Create((stream, token) => ReadAsync(stream, piece => Append(errors, piece), token)))
            .WithValidation(CommandResultValidation.None);
        try
        {
            CommandTask<CommandResult> task = command.ExecuteAsync(any.Token);
            // Registered last and so called first: the group is found by its leader, which CliWrap then kills.
            using CancellationTokenRegistration group = any.Token.Register(() => KillGroup(session, task.ProcessId));
            CommandResult result = await task.ConfigureAwait(false);
            bool failedToStart = session is not null && result.ExitCode is CannotExecute or NotFound && errors.ToString().StartsWith("setsid:", StringComparison.Ordinal);
            return new ProgramResult(failedToStart ? ProgramEnd.NotStarted : ProgramEnd.Exited, result.ExitCode, output.ToString(), errors.ToString().Trim());
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ProgramResult(length.IsCancellationRequested ? ProgramEnd.TimedOut : ProgramEnd.Silent, -1, output.ToString(), errors.ToString().Trim());
        }
        catch (Win32Exception error)
        {
            return new ProgramResult(ProgramEnd.NotStarted, -1, "", error.Message);
        }

        void Take(string piece)
        {
            if (SilenceTimeout is { } patience)
                silence.CancelAfter(patience);
            Append(output, piece);
            Output?.Invoke(piece);
        }
    }

    private CancellationTokenSource Source(TimeSpan? limit) => limit is { } span ? new(span, Time) : new();

    /// <summary>util-linux's setsid makes the program the leader of a session and a group, and becomes it.</summary>
    private static string? SessionProgram() => OperatingSystem.IsLinux() && File.Exists("/usr/bin/setsid") ? "/usr/bin/setsid" : null;

    private static void KillGroup(string? session, int leader)
    {
        // Fails while setsid has not become a leader yet, and when all is over; CliWrap kills the process itself.
        if (session is not null)
            _ = Native.Kill(-leader, Native.KillSignal);
    }

    private static async Task ReadAsync(Stream stream, Action<string> take, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[4096];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            take(Encoding.ASCII.GetString(buffer, 0, read));
    }

    private static void Append(StringBuilder text, string piece)
    {
        lock (text)
            text.Append(piece.AsSpan(0, Math.Min(piece.Length, MaximumOutput - text.Length)));
    }
}
