using LimiQuantix.Disks;

namespace LimiQuantix.Storage.Directory;

/// <summary>Turns what the file system and qemu-img answer into the contract's errors.</summary>
internal static class StorageFailure
{
    private const int ReadOnlyFileSystem = 30;

    public static LimiQuantixException From(Exception error, string path) => error switch
    {
        LimiQuantixException known => known,
        _ when DurableFile.IsDiskFull(error) => Full(path, error),
        DiskFileException failure => From(failure, path),
        UnauthorizedAccessException => Denied(path, error),
        IOException { HResult: ReadOnlyFileSystem } => Denied(path, error),
        _ => new LimiQuantixException(ErrorCodes.Unavailable, $"The pool's folder failed: {error.Message}", target: path, innerException: error),
    };

    private static LimiQuantixException From(DiskFileException error, string path) => error.Error switch
    {
        DiskFileError.Malformed => new LimiQuantixException(
            ErrorCodes.DataCorrupt, $"The pool's file is damaged: {error.Message}.", "Look at it with qemu-img check; restore or remove it.", path, innerException: error),
        DiskFileError.ProgramMissing => new LimiQuantixException(ErrorCodes.MissingPrerequisite, error.Message, error.Remedy, "qemu-img", innerException: error),
        DiskFileError.NoSpace => Full(path, error),
        DiskFileError.TimedOut => new LimiQuantixException(
            ErrorCodes.Timeout, error.Message, "Look at the pool's disk, or raise CommandTimeout or CopyTimeout.", path, isTransient: true, innerException: error),
        _ => new LimiQuantixException(ErrorCodes.Internal, error.Message, target: path, innerException: error),
    };

    public static LimiQuantixException Full(string path, Exception? cause = null) => new(
        ErrorCodes.InsufficientSpace,
        "The pool's file system is full.",
        "Delete machines or images, or move the pool to a larger file system.",
        path,
        innerException: cause);

    private static LimiQuantixException Denied(string path, Exception cause) => new(
        ErrorCodes.PermissionDenied,
        $"The pool's folder cannot be used: {cause.Message}",
        "Let the user of this process read and write it, or set the pool's Path to another folder.",
        path,
        innerException: cause);
}
