using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace LimiQuantix.Core.State.Sqlite;

/// <summary>SQLite's failures in the contract's words.</summary>
internal static class SqliteErrors
{
    private const int Permission = 3;
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    /// <summary>Whether somebody else is writing just now.</summary>
    public static bool IsBusy(int code) => (code & 0xff) is Busy or Locked;

    /// <summary>
    /// Whether the disk has no room. SQLite says so only when it writes the file itself; when it makes what it needs beside it, that is an I/O error or a file that
    /// cannot be opened.
    /// </summary>
    public static bool IsFull(SqliteException exception, string path) =>
        exception.SqliteErrorCode == Full || (exception.SqliteErrorCode is InputOutput or CannotOpen && SqliteReserve.IsFull(path));

    /// <summary>The disk has no room.</summary>
    public static LimiQuantixException NoRoom(string path, Exception? innerException = null) => new(
        ErrorCodes.InsufficientSpace,
        $"The disk of the state file '{path}' is full.",
        "Make room on it. What is there can be deleted meanwhile; nothing new is begun.",
        path,
        isTransient: true,
        innerException: innerException);

    /// <summary>Makes the exception that a host meets.</summary>
    public static LimiQuantixException From(SqliteException exception, string path) => exception.SqliteErrorCode switch
    {
        Corrupt or NotADatabase => new LimiQuantixException(
            ErrorCodes.DataCorrupt,
            $"The state file '{path}' is damaged, or is no state file: {exception.Message}",
            $"Stop the program, keep the file aside, and restore it from a backup; those made before upgrades are '{path}.v*.backup'.",
            path,
            innerException: exception),
        Full or InputOutput or CannotOpen when IsFull(exception, path) => NoRoom(path, exception),
        Permission or ReadOnly or CannotOpen => new LimiQuantixException(
            ErrorCodes.PermissionDenied,
            $"The state file '{path}' cannot be opened for writing: {exception.Message}",
            "Let this process read and write the file and its folder.",
            path,
            innerException: exception),
        Busy or Locked => LockTimeout(path, exception),
        _ => new LimiQuantixException(
            ErrorCodes.Unavailable,
            $"The state file '{path}' cannot be used: {exception.Message}",
            "Check the disk that the file is on.",
            path,
            isTransient: true,
            innerException: exception),
    };

    /// <summary>Another process kept the file locked for too long.</summary>
    public static LimiQuantixException LockTimeout(string path, Exception? innerException = null) => new(
        ErrorCodes.Unavailable,
        $"The state file '{path}' stayed locked by another process.",
        "Find the process that has the file open; backups and other tools must not lock it for long.",
        path,
        isTransient: true,
        innerException: innerException);

    /// <summary>SQLite itself is not there: a native library beside the program, which is easily left behind when a program that is one file is copied.</summary>
    public static LimiQuantixException NoLibrary(Exception exception) => new(
        ErrorCodes.MissingPrerequisite,
        $"SQLite's native library, e_sqlite3, is not beside the program in {AppContext.BaseDirectory}, or is none for this machine ({RuntimeInformation.RuntimeIdentifier}).",
        "Copy everything that the host was published with, and publish it for this kind of machine (-r).",
        "e_sqlite3",
        innerException: exception);

    /// <summary>The file was written by a newer program.</summary>
    public static LimiQuantixException Newer(string path, long found, int known) => new(
        ErrorCodes.NewerState,
        $"The state file '{path}' has schema version {found}; this program knows versions up to {known}.",
        $"Run a program that knows version {found}, or stop every program that uses the file and put back the backup made before its "
        + $"upgrade, '{path}.v{known}-*.backup'.",
        path);

    /// <summary>The file is a database, but not ours.</summary>
    public static LimiQuantixException Foreign(string path) => new(
        ErrorCodes.DataCorrupt, $"'{path}' is a database of another program.", "Choose another path for the state file.", path);
}
