using System.Text.Json;
using System.Text.Json.Serialization;

namespace LimiQuantix.Core.State.Sqlite;

/// <summary>
/// What is written beside a state file about it, in <c>state.db.mark</c>, so that a file that was restored from a backup or copied is noticed.
/// Deleting the mark is the operator's way to begin a new era.
/// </summary>
internal sealed record SqliteMark
{
    /// <summary>The file's random number.</summary>
    public required long Store { get; init; }

    /// <summary>The era.</summary>
    public required long Era { get; init; }

    /// <summary>A revision that the file had reached.</summary>
    public required long Revision { get; init; }

    /// <summary>Which file it was.</summary>
    public required string File { get; init; }

    /// <summary>Where the mark of a state file is.</summary>
    public static string PathOf(string path) => path + ".mark";

    /// <summary>Reads the mark; <see langword="null"/> when there is none, or none that can be read.</summary>
    public static SqliteMark? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(System.IO.File.ReadAllBytes(PathOf(path)), SqliteMarkJson.Default.SqliteMark);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable(path, e);
        }
    }

    /// <summary>Replaces the mark, whole and on the disk. The caller has the state file's write lock.</summary>
    public void Write(string path)
    {
        var target = PathOf(path);
        var unfinished = target + ".tmp";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var file = new FileStream(unfinished, options))
            {
                JsonSerializer.Serialize(file, this, SqliteMarkJson.Default.SqliteMark);
                file.Flush(flushToDisk: true);
            }

            System.IO.File.Move(unfinished, target, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable(path, e);
        }
    }

    private static LimiQuantixException Unusable(string path, Exception exception) => exception is IOException && SqliteReserve.IsFull(path) ? SqliteErrors.NoRoom(path, exception) : new(
        exception is UnauthorizedAccessException ? ErrorCodes.PermissionDenied : ErrorCodes.Unavailable,
        $"The mark beside the state file, '{PathOf(path)}', cannot be used: {exception.Message}",
        "Let this process read and write the file and its folder.",
        path,
        isTransient: exception is not UnauthorizedAccessException,
        innerException: exception);
}

[JsonSerializable(typeof(SqliteMark))]
internal sealed partial class SqliteMarkJson : JsonSerializerContext;
