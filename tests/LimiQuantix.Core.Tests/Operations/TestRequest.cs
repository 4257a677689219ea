namespace LimiQuantix.Core.Tests.Operations;

/// <summary>What the tests' operations are asked.</summary>
internal sealed record TestRequest
{
    public required string What { get; init; }
}
