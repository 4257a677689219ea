using System.Text.Json;
using System.Text.Json.Nodes;

namespace Netlink;

/// <summary>Reads what <c>nft -j list</c> writes: libnftables-json(5).</summary>
internal static class NftJson
{
    public static string NameOf(NftFamily family) => family switch
    {
        NftFamily.Ip => "ip",
        NftFamily.Ip6 => "ip6",
        NftFamily.Inet => "inet",
        NftFamily.Arp => "arp",
        NftFamily.Bridge => "bridge",
        NftFamily.Netdev => "netdev",
        _ => throw new ArgumentOutOfRangeException(nameof(family), family, "There is no such family."),
    };

    /// <exception cref="NetlinkException">It is something else.</exception>
    public static NftRuleset Read(string json)
    {
        try
        {
            return Read(JsonNode.Parse(json)?["nftables"] as JsonArray ?? throw new JsonException("There is no array 'nftables'."));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException or KeyNotFoundException or OverflowException)
        {
            throw new NetlinkException(NetlinkErrorKind.Protocol, $"What nft wrote cannot be read: {exception.Message}", exception);
        }
    }

    private static NftRuleset Read(JsonArray items)
    {
        List<NftTable> tables = [];
        List<NftChain> chains = [];
        List<NftSet> sets = [];
        List<NftRule> rules = [];
        List<string> others = [];
        foreach (JsonObject item in items.OfType<JsonObject>())
        {
            (string kind, JsonNode? node) = item.First();
            JsonObject value = node as JsonObject ?? throw new JsonException($"'{kind}' is no object.");
            switch (kind)
            {
                case "metainfo": break;
                case "table": tables.Add(new NftTable { Family = Family(value), Name = Text(value, "name") }); break;
                case "chain": chains.Add(Chain(value)); break;
                case "set": sets.Add(Set(value)); break;
                case "rule": rules.Add(Rule(value)); break;
                default: others.Add(item.ToJsonString()); break;
            }
        }
        return new NftRuleset { Tables = tables, Chains = chains, Sets = sets, Rules = rules, Others = others };
    }

    private static NftChain Chain(JsonObject chain) => new()
    {
        Family = Family(chain),
        Table = Text(chain, "table"),
        Name = Text(chain, "name"),
        Hook = (string?)chain["hook"],
        Type = (string?)chain["type"] ?? "filter",
        Priority = (int?)chain["prio"] ?? 0,
        Policy = (string?)chain["policy"],
        Device = chain["dev"] is JsonArray { Count: > 0 } several ? (string?)several[0] : (string?)(chain["dev"] as JsonValue),
    };

    private static NftSet Set(JsonObject set) => new()
    {
        Family = Family(set),
        Table = Text(set, "table"),
        Name = Text(set, "name"),
        ElementTypes = set["type"] is JsonArray types ? [.. types.Select(static each => (string)each!)] : [Text(set, "type")],
        Interval = set["flags"] is JsonArray flags && flags.Any(static each => (string?)each == "interval"),
        Elements = Expressions(set["elem"]),
    };

    private static NftRule Rule(JsonObject rule) => new()
    {
        Family = Family(rule),
        Table = Text(rule, "table"),
        Chain = Text(rule, "chain"),
        Expressions = Expressions(rule["expr"]),
        Comment = (string?)rule["comment"],
        Handle = (long?)rule["handle"],
    };

    private static IReadOnlyList<NftExpression> Expressions(JsonNode? list) =>
        list is JsonArray array ? [.. array.Select(static each => NftExpression.From(each ?? throw new JsonException("An expression is null.")))] : [];

    private static string Text(JsonObject item, string name) => (string?)item[name] ?? throw new JsonException($"'{name}' is missing.");

    private static NftFamily Family(JsonObject item) => Text(item, "family") switch
    {
        "ip" => NftFamily.Ip,
        "ip6" => NftFamily.Ip6,
        "inet" => NftFamily.Inet,
        "arp" => NftFamily.Arp,
        "bridge" => NftFamily.Bridge,
        "netdev" => NftFamily.Netdev,
        string other => throw new JsonException($"The family '{other}' is unknown."),
    };
}
