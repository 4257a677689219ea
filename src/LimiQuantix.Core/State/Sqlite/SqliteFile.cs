using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace LimiQuantix.Core.State.Sqlite;

/// <summary>Making and opening a state file.</summary>
internal static class SqliteFile
{
    // A write that meets a lock gives up after so long and waits without a thread (see SqliteDatabase).
    private const int BusyMilliseconds = 50;

    /// <summary>Makes an empty file and its folder for this user alone, unless they are there.</summary>
    public static void Create(string path)
    {
        try
        {
            if (Path.GetDirectoryName(path) is { Length: > 0 } folder && !Directory.Exists(folder)) CreateFolder(folder);
            if (File.Exists(path)) return;
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            new FileStream(path, options).Dispose();
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was first.
        }
        catch (IOException e) when (SqliteReserve.IsFull(path))
        {
            throw SqliteErrors.NoRoom(path, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LimiQuantixException(
                e is UnauthorizedAccessException ? ErrorCodes.PermissionDenied : ErrorCodes.Unavailable,
                $"The state file '{path}' cannot be made: {e.Message}",
                "Choose a path that this process may write.",
                path,
                innerException: e);
        }
    }

    /// <summary>Opens a connection to a file that exists.</summary>
    public static SqliteConnection Open(string path)
    {
        var connection = Make(path);
        try
        {
            connection.Open();
            _ = raw.sqlite3_busy_timeout(connection.Handle, BusyMilliseconds);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static SqliteConnection Make(string path)
    {
        try
        {
            return new SqliteConnection(new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Mode = SqliteOpenMode.ReadWrite,
                Pooling = false,
                // Seconds; the least there is: a command that meets a lock is tried again by us.
                DefaultTimeout = 1,
            }.ToString());
        }
        catch (TypeInitializationException e) when (e.GetBaseException() is DllNotFoundException)
        {
            throw SqliteErrors.NoLibrary(e);
        }
    }

    private static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
