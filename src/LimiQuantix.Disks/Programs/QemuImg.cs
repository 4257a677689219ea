using System.Globalization;
using System.Text.Json;

namespace LimiQuantix.Disks;

/// <summary>How one run of qemu-img is watched. Every member may be left out.</summary>
public sealed record QemuImgRun
{
    /// <summary>How long it may take. <see langword="null"/>: as long as it shows signs of life.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>
    /// How long it may show no sign of life. A conversion tells every percent; <see langword="null"/> or commands that tell nothing: not watched.
    /// </summary>
    public TimeSpan? SilenceTimeout { get; init; }

    /// <summary>Gets the percent done, 0 to 100, of a conversion.</summary>
    public Action<double>? Progress { get; init; }
}

/// <summary>
/// Runs qemu-img. Every path is absolute and every format named, so that no name is taken for an option or a network address and no
/// content for a format. A run that is cancelled or too slow is killed with all that it started; what it was writing is left for the
/// caller to delete.
/// </summary>
/// <param name="program">The absolute path of qemu-img; <see langword="null"/> for the first on the <c>PATH</c>, else <c>/usr/bin/qemu-img</c>.</param>
/// <param name="timeProvider">The clock of the deadlines.</param>
public sealed class QemuImg(string? program = null, TimeProvider? timeProvider = null)
{
    private const string Remedy = "Install it: sudo apt-get install qemu-utils.";

    private readonly TimeProvider _time = timeProvider ?? TimeProvider.System;

    /// <summary>The program's path; <see langword="null"/> when it is not installed.</summary>
    public string? Find()
    {
        if (program is not null)
            return File.Exists(program) ? program : null;
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.Append("/usr/bin").Select(folder => Path.Combine(folder, "qemu-img")).FirstOrDefault(File.Exists);
    }

    /// <summary>Makes a qcow2 image.</summary>
    /// <param name="path">Its absolute path.</param>
    /// <param name="sizeBytes">The size in bytes of the disk that a guest sees.</param>
    /// <param name="backingFile">
    /// The file that it begins as, or <see langword="null"/>: an absolute path, or the name of a file beside it. It is neither opened nor looked for.
    /// </param>
    /// <param name="backingFormat">The backing file's format.</param>
    /// <param name="run">How it is watched.</param>
    /// <param name="cancellationToken">Kills the run.</param>
    /// <exception cref="DiskFileException">Every <see cref="DiskFileError"/> but <see cref="DiskFileError.Malformed"/>.</exception>
    public Task CreateAsync(
        string path, long sizeBytes, string? backingFile = null, DiskFileFormat backingFormat = DiskFileFormat.Qcow2, QemuImgRun? run = null,
        CancellationToken cancellationToken = default)
    {
        // -u because the name need not hold from here, and because the size is given and the format is known.
        string[] backing = backingFile is null ? [] : ["-u", "-b", BackingName(backingFile), "-F", Name(backingFormat)];
        return RunAsync(["create", "-q", "-f", "qcow2", .. backing, Absolute(path), Size(sizeBytes)], run, cancellationToken);
    }

    /// <summary>Changes the size of a qcow2 image.</summary>
    /// <param name="path">Its absolute path.</param>
    /// <param name="sizeBytes">The size in bytes of the disk that a guest sees; not smaller than it is.</param>
    /// <param name="run">How it is watched.</param>
    /// <param name="cancellationToken">Kills the run.</param>
    /// <exception cref="DiskFileException">Every <see cref="DiskFileError"/> but <see cref="DiskFileError.Malformed"/>.</exception>
    public Task ResizeAsync(string path, long sizeBytes, QemuImgRun? run = null, CancellationToken cancellationToken = default) =>
        RunAsync(["resize", "-q", "-f", "qcow2", Absolute(path), Size(sizeBytes)], run, cancellationToken);

    /// <summary>Writes the disk that a file holds into a new file of another format, complete in itself. The copy is not flushed.</summary>
    /// <param name="source">The absolute path of a file that was looked at before: qemu-img follows the names that are in it.</param>
    /// <param name="sourceFormat">Its format.</param>
    /// <param name="target">The absolute path of the new file.</param>
    /// <param name="targetFormat">Raw or qcow2.</param>
    /// <param name="run">How it is watched.</param>
    /// <param name="cancellationToken">Kills the run.</param>
    /// <exception cref="DiskFileException">Every <see cref="DiskFileError"/> but <see cref="DiskFileError.Malformed"/>.</exception>
    public Task ConvertAsync(
        string source, DiskFileFormat sourceFormat, string target, DiskFileFormat targetFormat, QemuImgRun? run = null,
        CancellationToken cancellationToken = default)
    {
        // -p makes it tell that it lives, whoever wants to know.
        return RunAsync(
            ["convert", "-p", "-f", Name(sourceFormat), "-O", Name(targetFormat), Absolute(source), Absolute(target)], run, cancellationToken);
    }

    /// <summary>Tells how many bytes the disk that a file holds takes at most in another format, with holes where there is nothing.</summary>
    /// <param name="source">The absolute path of a file that was looked at before.</param>
    /// <param name="sourceFormat">Its format.</param>
    /// <param name="run">How it is watched.</param>
    /// <param name="cancellationToken">Kills the run.</param>
    /// <exception cref="DiskFileException">Every <see cref="DiskFileError"/> but <see cref="DiskFileError.Malformed"/>.</exception>
    public async Task<long> MeasureAsync(
        string source, DiskFileFormat sourceFormat, QemuImgRun? run = null, CancellationToken cancellationToken = default)
    {
        // As qcow2, also for a raw copy: its tables are little, and for raw qemu-img counts the holes.
        string printed = await RunAsync(
            ["measure", "--output=json", "-f", Name(sourceFormat), "-O", "qcow2", Absolute(source)], run, cancellationToken).ConfigureAwait(false);
        try
        {
            using JsonDocument document = JsonDocument.Parse(printed);
            return document.RootElement.GetProperty("required").GetInt64();
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new DiskFileException(DiskFileError.ProgramFailed, $"qemu-img measure printed what is no measure: {printed}", innerException: error);
        }
    }

    /// <summary>
    /// Kills the runs of this class, in whatever process, that have a file of a folder among their arguments: what a process that was killed
    /// left running. For a folder that nobody works in any more. Linux only; elsewhere none is found.
    /// </summary>
    /// <param name="folder">The folder's absolute path.</param>
    /// <returns>How many were killed.</returns>
    public static int KillLeftRuns(string folder) => LeftRuns.Kill(Absolute(folder));

    private async Task<string> RunAsync(IReadOnlyList<string> arguments, QemuImgRun? run, CancellationToken cancellationToken)
    {
        string found = Find() ?? throw Missing($"{program ?? "qemu-img"} is not installed.");
        PercentReader percent = new(run?.Progress);
        ProgramRun watched = new() { Time = _time, Timeout = run?.Timeout, SilenceTimeout = run?.SilenceTimeout, Output = percent.Read };
        ProgramResult result = await watched.ExecuteAsync(found, arguments, cancellationToken).ConfigureAwait(false);
        return result.End switch
        {
            ProgramEnd.Exited when result.ExitCode == 0 => result.Output,
            ProgramEnd.Exited when IsFull(result.Errors) =>
                throw new DiskFileException(DiskFileError.NoSpace, $"qemu-img {arguments[0]} met a full disk: {result.Errors}"),
            ProgramEnd.Exited => throw new DiskFileException(
                DiskFileError.ProgramFailed, string.Create(CultureInfo.InvariantCulture, $"qemu-img {arguments[0]} ended with {result.ExitCode}: {result.Errors}")),
            ProgramEnd.NotStarted => throw Missing($"{found} cannot be started: {result.Errors}"),
            ProgramEnd.Silent => throw new DiskFileException(
                DiskFileError.TimedOut, $"qemu-img {arguments[0]} showed no sign of life for {run!.SilenceTimeout}."),
            _ => throw new DiskFileException(DiskFileError.TimedOut, $"qemu-img {arguments[0]} did not end in {run!.Timeout}."),
        };
    }

    private static bool IsFull(string printed) =>
        printed.Contains("No space left on device", StringComparison.Ordinal) || printed.Contains("Disk quota exceeded", StringComparison.Ordinal);

    private static DiskFileException Missing(string message) => new(DiskFileError.ProgramMissing, message, Remedy);

    private static string Name(DiskFileFormat format) => format switch
    {
        DiskFileFormat.Raw => "raw",
        DiskFileFormat.Qcow2 => "qcow2",
        _ => throw new DiskFileException(DiskFileError.InvalidArgument, $"A file is read and written as raw or qcow2, not as {format}."),
    };

    /// <summary>Only an absolute path is nothing else: "-x" is an option, "nbd:host" an address, "json:{…}" a tree of drivers.</summary>
    private static string Absolute(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Path.IsPathFullyQualified(path) && !path.Contains('\0', StringComparison.Ordinal)
            ? path
            : throw new DiskFileException(DiskFileError.InvalidArgument, $"'{path}' is not an absolute path.");
    }

    private static string BackingName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        bool isPlain = !name.StartsWith('-') && name.AsSpan().IndexOfAny(':', '/', '\0') < 0;
        return isPlain ? name : Absolute(name);
    }

    private static string Size(long bytes) => bytes > 0
        ? bytes.ToString(CultureInfo.InvariantCulture)
        : throw new DiskFileException(DiskFileError.InvalidArgument, $"A disk of {bytes} bytes cannot be made.");
}
