using System.Text.Json.Nodes;

namespace Netlink;

/// <summary>A named set that rules look into: <c>@name</c>.</summary>
public sealed record NftSet
{
    /// <summary>Its table's family.</summary>
    public required NftFamily Family { get; init; }

    /// <summary>Its table.</summary>
    public required string Table { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What its elements are, several for a concatenation: <c>ipv4_addr</c>, <c>ipv6_addr</c>, <c>ether_addr</c>, <c>inet_service</c>, <c>ifname</c> …</summary>
    public required IReadOnlyList<string> ElementTypes { get; init; }

    /// <summary>Whether its elements are ranges and prefixes.</summary>
    public bool Interval { get; init; }

    /// <summary>Its elements, each in JSON, as libnftables-json(5) writes them: see <see cref="NftExpression.Value(string)"/>.</summary>
    public IReadOnlyList<NftExpression> Elements { get; init; } = [];

    internal JsonObject ToJson()
    {
        var set = new JsonObject
        {
            ["family"] = NftJson.NameOf(Family),
            ["table"] = Table,
            ["name"] = Name,
            ["type"] = ElementTypes.Count == 1 ? ElementTypes[0] : new JsonArray([.. ElementTypes.Select(static each => (JsonNode)each)]),
        };
        if (Interval)
            set["flags"] = new JsonArray("interval");
        if (Elements.Count > 0)
            set["elem"] = new JsonArray([.. Elements.Select(static each => each.ToJson())]);
        return new JsonObject { ["set"] = set };
    }

    internal JsonObject ElementsToJson() => new()
    {
        ["element"] = new JsonObject
        {
            ["family"] = NftJson.NameOf(Family),
            ["table"] = Table,
            ["name"] = Name,
            ["elem"] = new JsonArray([.. Elements.Select(static each => each.ToJson())]),
        },
    };
}
