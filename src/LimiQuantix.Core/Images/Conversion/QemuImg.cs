using System.ComponentModel;
using System.Text;
using CliWrap;

namespace LimiQuantix.Core.Images.Conversion;

/// <summary>Runs qemu-img, which is ended when it is cancelled and when it shows no sign of life for too long.</summary>
internal sealed class QemuImg(string program, TimeProvider time)
{
    private const int MaximumOutput = 64 << 10;

    /// <summary>qemu-img tells every percent; one of the largest images takes minutes on a slow disk.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <param name="arguments">The arguments.</param>
    /// <param name="progress">Gets the percent done; asked for with <c>-p</c>.</param>
    /// <param name="cancellationToken">Kills the run.</param>
    /// <returns>The begin of what it printed.</returns>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.MissingPrerequisite"/>, <see cref="ErrorCodes.Timeout"/>, <see cref="ErrorCodes.InsufficientSpace"/>, or
    /// <see cref="ErrorCodes.Internal"/> with what it printed.
    /// </exception>
    public async Task<string> RunAsync(IReadOnlyList<string> arguments, Action<double>? progress, CancellationToken cancellationToken)
    {
        StringBuilder output = new(), errors = new();
        using CancellationTokenSource silence = new(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        var percent = new PercentReader(progress);
        try
        {
            var result = await Cli.Wrap(program)
                .WithArguments(arguments)
                .WithEnvironmentVariables(variables => variables.Set("LC_ALL", "C"))
                .WithStandardOutputPipe(PipeTarget.Create((stream, token) => ReadAsync(stream, Take, token)))
                .WithStandardErrorPipe(PipeTarget.Create((stream, token) => ReadAsync(stream, piece => AppendBounded(errors, piece), token)))
                .WithValidation(CommandResultValidation.None)
                .ExecuteAsync(either.Token)
                .ConfigureAwait(false);
            return result.ExitCode == 0 ? output.ToString() : throw ConversionFailures.Failed(arguments[0], result.ExitCode, errors.ToString().Trim());
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw ConversionFailures.Silent(arguments[0], Patience);
        }
        catch (Win32Exception error)
        {
            throw ConversionFailures.Missing(program, error);
        }

        void Take(string piece)
        {
            silence.CancelAfter(Patience);
            AppendBounded(output, piece);
            percent.Read(piece);
        }
    }

    private static async Task ReadAsync(Stream stream, Action<string> take, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0) take(Encoding.ASCII.GetString(buffer, 0, read));
    }

    private static void AppendBounded(StringBuilder text, string piece) =>
        text.Append(piece.AsSpan(0, Math.Min(piece.Length, MaximumOutput - text.Length)));
}
