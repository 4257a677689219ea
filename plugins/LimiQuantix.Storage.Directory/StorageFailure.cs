namespace LimiQuantix.Storage.Directory;

/// <summary>Turns what the file system and qemu-img answer into the contract's errors.</summary>
internal static class StorageFailure
{
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;
    private const int ReadOnlyFileSystem = 30;

    public static LimiQuantixException From(Exception error, string path) => error switch
    {
        LimiQuantixException known => known,
        IOException { HResult: NoSpace or QuotaExceeded } => Full(path, error),
        UnauthorizedAccessException => Denied(path, error),
        IOException { HResult: ReadOnlyFileSystem } => Denied(path, error),
        _ => new LimiQuantixException(ErrorCodes.Unavailable, $"The pool's folder failed: {error.Message}", target: path, innerException: error),
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
