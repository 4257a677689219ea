namespace LimiQuantix;

/// <summary>On whose behalf a call is made.</summary>
public sealed record Caller
{
    /// <summary>The project that calls without another see.</summary>
    public const string DefaultProject = "default";

    /// <summary>
    /// The host application itself: in process, in the default project. Only this very object is: what is made from it, or looks like it, is somebody
    /// on whose behalf the host calls.
    /// </summary>
    public static Caller Host { get; } = new() { Name = "host" };

    /// <summary>Who calls, for the authorizer and the audit log.</summary>
    public required string Name { get; init; }

    /// <summary>The project whose resources the caller sees; a foreign project's resources are not found.</summary>
    public string Project { get; init; } = DefaultProject;

    /// <summary>What else the host knows about the caller, for its authorizer.</summary>
    public IReadOnlyDictionary<string, string> Claims { get; init; } = new Dictionary<string, string>();
}
