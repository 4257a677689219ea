namespace LimiQuantix.Providers.Loading;

/// <summary>A reference of an assembly to another.</summary>
internal sealed record AssemblyReferenceFact
{
    public required string Name { get; init; }

    public required Version Version { get; init; }
}
