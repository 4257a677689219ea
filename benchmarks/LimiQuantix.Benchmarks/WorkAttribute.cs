namespace LimiQuantix.Benchmarks;

/// <summary>What a benchmark does, in the words of the report. It is also the name of its figure in allocations.json.</summary>
/// <param name="name">Unique; the first words say whose hot path it is.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class WorkAttribute(string name) : Attribute
{
    /// <summary>What it does.</summary>
    public string Name => name;
}

/// <summary>What another's code needs for the same work; reported beside ours, and its allocations are nobody's promise.</summary>
/// <param name="work">Our work.</param>
/// <param name="name">Whose code it is.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PeerAttribute(string work, string name) : Attribute
{
    /// <summary>Our work that it is compared with.</summary>
    public string Work => work;

    /// <summary>Whose code it is.</summary>
    public string Name => name;
}
