namespace LimiQuantix.Disks;

/// <summary>What kind of failure a <see cref="DiskFileException"/> is.</summary>
public enum DiskFileError
{
    /// <summary>The bytes are not what their format asks for, or use what this library does not know.</summary>
    Malformed,

    /// <summary>An argument that no disk file fulfils, such as a relative path.</summary>
    InvalidArgument,

    /// <summary>A program is not installed or cannot be started.</summary>
    ProgramMissing,

    /// <summary>A program ended with an error; the message has what it printed.</summary>
    ProgramFailed,

    /// <summary>A program took too long, or showed no sign of life for too long, and was killed.</summary>
    TimedOut,

    /// <summary>The file system is full, or the user's quota is used up.</summary>
    NoSpace,
}

/// <summary>A disk file or a program that works on it failed. What the file system itself refuses stays an <see cref="IOException"/>.</summary>
public sealed class DiskFileException : Exception
{
    /// <summary>Creates an exception.</summary>
    /// <param name="error">The kind of failure.</param>
    /// <param name="message">What was wrong, without the end of the sentence when it is a reason: "it is encrypted".</param>
    /// <param name="remedy">What would be right, as a sentence.</param>
    /// <param name="innerException">What caused it.</param>
    public DiskFileException(DiskFileError error, string message, string? remedy = null, Exception? innerException = null)
        : base(message, innerException)
    {
        Error = error;
        Remedy = remedy;
    }

    /// <summary>The kind of failure.</summary>
    public DiskFileError Error { get; }

    /// <summary>What would be right, as a sentence.</summary>
    public string? Remedy { get; }
}
