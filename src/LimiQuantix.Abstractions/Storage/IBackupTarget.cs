using System.Diagnostics.CodeAnalysis;

namespace LimiQuantix.Storage;

/// <summary>
/// Where backups are kept: objects by name that are put once, read in ranges and kept at least as long as was said. An object appears whole or not at all, and
/// never changes; what it is, whoever made the backup knows. Declared; no plugin has it yet.
/// </summary>
[Experimental("LQX002")]
public interface IBackupTarget : IProvider
{
    /// <summary>
    /// Puts an object, unless there is one of the name: then nothing is done, and the answer says so, whatever that one holds. Of several that put the same name at once, one
    /// does.
    /// </summary>
    /// <param name="request">The object.</param>
    /// <param name="cancellationToken">Ends the call; nothing half-made is left.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.InsufficientSpace"/>; <see cref="ErrorCodes.InvalidArgument"/>: a name, or a stream of another length than was said;
    /// <see cref="ErrorCodes.ChecksumMismatch"/>.
    /// </exception>
    Task<PutBackupObjectResult> PutAsync(PutBackupObjectRequest request, CancellationToken cancellationToken = default);

    /// <summary>Says what is known of an object.</summary>
    /// <param name="request">The object.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<FindBackupObjectResult> FindAsync(FindBackupObjectRequest request, CancellationToken cancellationToken = default);

    /// <summary>Reads an object, or a range of it.</summary>
    /// <param name="request">The object, and which range.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <returns>The bytes of the range, and no more; an <see cref="IOException"/> tells a connection that broke.</returns>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.NotFound"/>; <see cref="ErrorCodes.InvalidArgument"/>: the range begins behind the object's end.
    /// </exception>
    Task<Stream> OpenAsync(ReadBackupObjectRequest request, CancellationToken cancellationToken = default);

    /// <summary>Lists objects in the order of their names (by UTF-8 bytes).</summary>
    /// <param name="request">Which.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    IAsyncEnumerable<BackupObject> ListAsync(ListBackupObjectsRequest request, CancellationToken cancellationToken = default);

    /// <summary>Keeps an object until a later moment. An earlier one than is said already changes nothing.</summary>
    /// <param name="request">The object, and until when.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>.</exception>
    Task<BackupObject> RetainAsync(RetainBackupObjectRequest request, CancellationToken cancellationToken = default);

    /// <summary>Deletes an object. Succeeds when it is absent.</summary>
    /// <param name="request">The object.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.FailedPrecondition"/>: it is to be kept until a moment that has not come.</exception>
    Task<DeleteBackupObjectResult> DeleteAsync(DeleteBackupObjectRequest request, CancellationToken cancellationToken = default);
}

/// <summary>Asks to put an object.</summary>
[Experimental("LQX002")]
public sealed record PutBackupObjectRequest : MutatingRequest
{
    /// <summary>
    /// Its name: segments of letters, digits, dots, underscores and hyphens with single slashes between them, at most 512 characters; no segment is <c>.</c> or <c>..</c>.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>Its bytes, read once; the caller closes it.</summary>
    public required Stream Content { get; init; }

    /// <summary>How many there are.</summary>
    public required long LengthBytes { get; init; }

    /// <summary>The SHA-256 of the bytes in lower-case hexadecimal, which is then checked.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Until when nobody can delete it.</summary>
    public DateTimeOffset? RetainUntil { get; init; }
}

/// <summary>What putting an object came to.</summary>
[Experimental("LQX002")]
public sealed record PutBackupObjectResult
{
    /// <summary>Whether it was put by this call; otherwise one of its name was there.</summary>
    public required bool IsNew { get; init; }
}

/// <summary>Asks what is known of an object.</summary>
[Experimental("LQX002")]
public sealed record FindBackupObjectRequest
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }
}

/// <summary>What is known of an object.</summary>
[Experimental("LQX002")]
public sealed record FindBackupObjectResult
{
    /// <summary>The object; <see langword="null"/>: there is none.</summary>
    public BackupObject? Object { get; init; }
}

/// <summary>An object in a backup target.</summary>
[Experimental("LQX002")]
public sealed record BackupObject
{
    private const int MaxNameLength = 512;

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its length in bytes.</summary>
    public required long LengthBytes { get; init; }

    /// <summary>When it was put.</summary>
    public DateTimeOffset? PutAt { get; init; }

    /// <summary>Until when nobody can delete it; <see langword="null"/>: it can be deleted.</summary>
    public DateTimeOffset? RetainUntil { get; init; }

    /// <summary>Whether a text may name an object: see <see cref="PutBackupObjectRequest.Name"/>.</summary>
    /// <param name="name">The text.</param>
    public static bool IsName(string? name) =>
        name is { Length: > 0 and <= MaxNameLength }
        && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-' or '/')
        && name.Split('/').All(segment => segment is not ("" or "." or ".."));
}

/// <summary>Asks for an object's bytes.</summary>
[Experimental("LQX002")]
public sealed record ReadBackupObjectRequest
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Where to begin, in bytes.</summary>
    public long OffsetBytes { get; init; }

    /// <summary>How many bytes at most; <see langword="null"/>: to its end.</summary>
    public long? LengthBytes { get; init; }
}

/// <summary>Asks for objects.</summary>
[Experimental("LQX002")]
public sealed record ListBackupObjectsRequest
{
    /// <summary>What their names begin with; empty: all.</summary>
    public string Prefix { get; init; } = "";
}

/// <summary>Asks to keep an object.</summary>
[Experimental("LQX002")]
public sealed record RetainBackupObjectRequest : MutatingRequest
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Until when.</summary>
    public required DateTimeOffset Until { get; init; }
}

/// <summary>Asks to delete an object.</summary>
[Experimental("LQX002")]
public sealed record DeleteBackupObjectRequest : MutatingRequest
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }
}

/// <summary>That an object is no more.</summary>
[Experimental("LQX002")]
public sealed record DeleteBackupObjectResult;
