namespace LimiQuantix.Networks;

/// <summary>Addresses of a network that the engine wants the fabric to give out.</summary>
public sealed record SubnetDefinition
{
    /// <summary>The range in CIDR notation (RFC 4632, RFC 4291 §2.3) by its lowest address, such as <c>10.0.0.0/24</c>. No two of a network overlap.</summary>
    public required string Cidr { get; init; }

    /// <summary>The router's address in the range; <see langword="null"/>: guests are told of none.</summary>
    public string? Gateway { get; init; }

    /// <summary>The name servers that guests are told of.</summary>
    public IReadOnlyList<string> DnsServers { get; init; } = [];
}
