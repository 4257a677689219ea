namespace LimiQuantix.Providers.Secrets;

/// <summary>
/// The default resolver: <c>env:NAME</c> is an environment variable, <c>file:PATH</c> a file without its last line end, for the host and for
/// provider instances. A project has no secrets here.
/// </summary>
internal sealed class EnvironmentSecretResolver : ISecretResolver
{
    private const int MaxBytes = 64 << 10;

    public async ValueTask<string> ResolveAsync(SecretReference reference, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        if (reference.Owner?.Kind is not (SecretOwnerKind.Host or SecretOwnerKind.Instance)) throw NoneOfProjects(reference);
        var (scheme, name) = reference.Name.Split(':', 2) is [var first, var second] ? (first, second) : ("", reference.Name);
        return scheme switch
        {
            "env" => Environment.GetEnvironmentVariable(name) ?? throw NotFound(reference, "the environment variable is not set"),
            "file" => await ReadAsync(reference, name, cancellationToken).ConfigureAwait(false),
            _ => throw NotFound(reference, "it begins neither with env: nor with file:"),
        };
    }

    private static async Task<string> ReadAsync(SecretReference reference, string path, CancellationToken cancellationToken)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MaxBytes }) throw NotFound(reference, "the file is longer than 64 KiB");
            return (await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false)).TrimEnd('\r', '\n');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotFound(reference, exception.Message);
        }
    }

    private static LimiQuantixException NotFound(SecretReference reference, string why) => new(
        ErrorCodes.NotFound, $"The secret '{reference.Name}' cannot be resolved: {why}.",
        "Write env:NAME or file:PATH, or register an ISecretResolver.", reference.Name);

    // The same whatever the name is: it tells nothing of this machine.
    private static LimiQuantixException NoneOfProjects(SecretReference reference) => new(
        ErrorCodes.NotFound, $"The secret '{reference.Name}' cannot be resolved: environment and files are the host's own, not a project's.",
        "Register an ISecretResolver that knows the projects' secrets, or give a password hash or SSH keys instead.", reference.Name);
}
