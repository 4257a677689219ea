namespace LimiQuantix.Core.Tests.Operations;

/// <summary>How far the tests' operations are.</summary>
internal sealed record TestCheckpoint
{
    public required int Done { get; init; }
}
