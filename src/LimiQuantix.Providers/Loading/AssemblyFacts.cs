namespace LimiQuantix.Providers.Loading;

/// <summary>What an assembly's metadata says, read without loading its code.</summary>
internal sealed record AssemblyFacts
{
    /// <summary>The assemblies it was built with.</summary>
    public required IReadOnlyList<AssemblyReferenceFact> References { get; init; }

    /// <summary>Its public classes that implement the plugin interface.</summary>
    public required IReadOnlyList<PluginClassFact> PluginClasses { get; init; }

    /// <summary>What it uses of the contract: full type names, and members as <c>type::member</c>.</summary>
    public required IReadOnlyList<string> ContractUses { get; init; }
}
