namespace LimiQuantix.Testing;

/// <summary>How a program ended and what it wrote.</summary>
public sealed record ProcessOutput
{
    /// <summary>The program's exit code.</summary>
    public required int ExitCode { get; init; }

    /// <summary>Everything it wrote to its standard output.</summary>
    public required string StandardOutput { get; init; }

    /// <summary>Everything it wrote to its standard error.</summary>
    public required string StandardError { get; init; }
}
