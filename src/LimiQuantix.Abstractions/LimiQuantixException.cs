namespace LimiQuantix;

/// <summary>
/// The one exception of the contract: every failure a host can meet, with a stable code, what was wrong and what would be right.
/// </summary>
public sealed class LimiQuantixException : Exception
{
    /// <summary>Creates an exception from an error.</summary>
    /// <param name="error">The error to carry.</param>
    /// <param name="innerException">What caused it, when something did.</param>
    public LimiQuantixException(LimiQuantixError error, Exception? innerException = null)
        : base(Describe(error), innerException) => Error = error;

    /// <summary>Creates an exception from an error's parts.</summary>
    /// <param name="code">One of <see cref="ErrorCodes"/>.</param>
    /// <param name="message">What was wrong.</param>
    /// <param name="remedy">What would be right, or how to mend it.</param>
    /// <param name="target">The resource, field or address that the error is about.</param>
    /// <param name="isTransient">Whether the same call may succeed later without anybody mending anything.</param>
    /// <param name="innerException">What caused it, when something did.</param>
    public LimiQuantixException(
        string code, string message, string? remedy = null, string? target = null, bool isTransient = false, Exception? innerException = null)
        : this(new LimiQuantixError { Code = code, Message = message, Remedy = remedy, Target = target, IsTransient = isTransient }, innerException)
    {
    }

    /// <summary>The error, serialisable into an operation, a problem document or a gRPC status.</summary>
    public LimiQuantixError Error { get; }

    /// <summary>The stable code: one of <see cref="ErrorCodes"/>, or a plugin's own.</summary>
    public string Code => Error.Code;

    /// <summary>What would be right, or how to mend it.</summary>
    public string? Remedy => Error.Remedy;

    /// <summary>The resource, field or address that the error is about.</summary>
    public string? Target => Error.Target;

    /// <summary>Whether the same call may succeed later without anybody mending anything.</summary>
    public bool IsTransient => Error.IsTransient;

    /// <summary>Each thing that is wrong with what was given, where it stands.</summary>
    public IReadOnlyList<LimiQuantixProblem> Problems => Error.Problems;

    private static string Describe(LimiQuantixError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error.Remedy is null ? error.Message : $"{error.Message} {error.Remedy}";
    }
}
