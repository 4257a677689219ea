using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.State.Sqlite;

/// <summary>
/// Room on the disk that is taken while there is enough, in <c>state.db.reserve</c>, and given up when the disk is full: what is deleted then can be written. An
/// empty reserve says, to every process, that it is in use.
/// </summary>
internal sealed partial class SqliteReserve(string path, ILogger logger)
{
    /// <summary>How much it is: a whole log of the file before it is moved into it, and as much again.</summary>
    public const long Bytes = 8L << 20;

    /// <summary>With less than this the disk counts as full when something fails.</summary>
    private const long LeastBytes = 64L << 10;

    private readonly string _reserve = PathOf(path);

    /// <summary>Where the reserve of a state file is.</summary>
    public static string PathOf(string path) => path + ".reserve";

    /// <summary>Whether the disk of a file has no room.</summary>
    public static bool IsFull(string path) => Available(path) is < LeastBytes;

    /// <summary>Takes the reserve, unless it is there or there is too little room.</summary>
    /// <returns>Whether it is in use: the disk was full and has too little room still.</returns>
    public bool IsInUse()
    {
        try
        {
            var file = new FileInfo(_reserve);
            if (file is { Exists: true, Length: > 0 }) return false;
            var wasInUse = file.Exists;
            if (Available(path) is not { } room || room < 4 * Bytes) return wasInUse;
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, PreallocationSize = Bytes };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var stream = new FileStream(_reserve, options)) stream.SetLength(Bytes);
            if (wasInUse) LogTaken(path);
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Without a reserve everything works until the disk is full.
            LogNone(path, e.Message);
            return false;
        }
    }

    /// <summary>Gives the reserve up.</summary>
    /// <returns>Whether there is more room now.</returns>
    public bool Release()
    {
        try
        {
            using var file = new FileStream(_reserve, FileMode.Open, FileAccess.Write);
            if (file.Length == 0) return false;
            file.SetLength(0);
            LogReleased(path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static long? Available(string path)
    {
        try
        {
            return new DriveInfo(Path.GetDirectoryName(Path.GetFullPath(path))!).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The disk of the state file {Path} is full: the reserve beside it was given up for what is deleted; nothing new is begun until there is room.")]
    private partial void LogReleased(string path);

    [LoggerMessage(2, LogLevel.Information, "The disk of the state file {Path} has room again.")]
    private partial void LogTaken(string path);

    [LoggerMessage(3, LogLevel.Debug, "There is no reserve beside the state file {Path}: {Reason}")]
    private partial void LogNone(string path, string reason);
}
