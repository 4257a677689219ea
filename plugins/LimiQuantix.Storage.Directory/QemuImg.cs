using System.ComponentModel;
using System.Text;
using CliWrap;

namespace LimiQuantix.Storage.Directory;

/// <summary>Runs qemu-img, with its arguments as a list and a deadline on every run.</summary>
internal sealed class QemuImg(string? configuredPath, TimeProvider time)
{
    private const string Remedy = "Install it: sudo apt-get install qemu-utils.";
    private const int MaxErrorLength = 4096;

    /// <summary>The program's path, or null when it is not installed.</summary>
    public string? Find()
    {
        if (configuredPath is not null)
            return File.Exists(configuredPath) ? configuredPath : null;
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.Append("/usr/bin").Select(folder => Path.Combine(folder, "qemu-img")).FirstOrDefault(File.Exists);
    }

    /// <param name="arguments">The arguments.</param>
    /// <param name="target">The file that the run is about, for errors.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="cancellationToken">Kills the run.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.MissingPrerequisite"/>, <see cref="ErrorCodes.Timeout"/>, <see cref="ErrorCodes.InsufficientSpace"/>, or
    /// <see cref="ErrorCodes.Internal"/> with what it printed.
    /// </exception>
    public async Task RunAsync(IReadOnlyList<string> arguments, string target, TimeSpan timeout, CancellationToken cancellationToken)
    {
        string program = Find() ?? throw Missing(configuredPath, cause: null);
        StringBuilder printed = new();
        using CancellationTokenSource deadline = new(timeout, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            CommandResult result = await Cli.Wrap(program)
                .WithArguments(arguments)
                .WithEnvironmentVariables(variables => variables.Set("LC_ALL", "C"))
                .WithStandardErrorPipe(PipeTarget.ToDelegate(line => AppendBounded(printed, line)))
                .WithValidation(CommandResultValidation.None)
                .ExecuteAsync(either.Token)
                .ConfigureAwait(false);
            if (result.ExitCode != 0)
                throw Failed(arguments[0], result.ExitCode, printed.ToString().Trim(), target);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new LimiQuantixException(
                ErrorCodes.Timeout,
                $"qemu-img {arguments[0]} did not end in {timeout}.",
                "Look at the pool's disk, or raise CommandTimeout or CopyTimeout.",
                target,
                isTransient: true);
        }
        catch (Win32Exception e)
        {
            throw Missing(program, e);
        }
    }

    private static void AppendBounded(StringBuilder printed, string line)
    {
        int room = MaxErrorLength - printed.Length;
        if (room > 0)
            printed.Append(line.AsSpan(0, Math.Min(line.Length, room))).Append('\n');
    }

    private static LimiQuantixException Missing(string? program, Exception? cause) => new(
        ErrorCodes.MissingPrerequisite,
        cause is null ? $"{program ?? "qemu-img"} is not installed." : $"{program} cannot be started: {cause.Message}",
        Remedy,
        "qemu-img",
        innerException: cause);

    private static LimiQuantixException Failed(string verb, int exitCode, string printed, string target)
    {
        if (printed.Contains("No space left on device", StringComparison.Ordinal) || printed.Contains("Disk quota exceeded", StringComparison.Ordinal))
            return StorageFailure.Full(target);
        return new LimiQuantixException(ErrorCodes.Internal, $"qemu-img {verb} ended with {exitCode}: {printed}", target: target);
    }
}
