using System.Text.Json.Nodes;

namespace Netlink;

/// <summary>A table of nftables.</summary>
public sealed record NftTable
{
    /// <summary>What packets it sees.</summary>
    public required NftFamily Family { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    internal JsonObject ToJson() => new() { ["table"] = new JsonObject { ["family"] = NftJson.NameOf(Family), ["name"] = Name } };
}
