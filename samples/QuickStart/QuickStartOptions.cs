namespace QuickStart;

/// <summary>What the command line asked for.</summary>
internal sealed record QuickStartOptions
{
    public string? Image { get; init; }

    public required string Token { get; init; }

    public bool Keep { get; init; }

    public bool Json { get; init; }

    public required string Screenshot { get; init; }
}
