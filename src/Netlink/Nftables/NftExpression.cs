using System.Text.Json;
using System.Text.Json.Nodes;

namespace Netlink;

/// <summary>
/// A part of a rule, in the JSON of libnftables-json(5). The usual ones have a method; any other is <see cref="FromJson"/>.
/// </summary>
public sealed record NftExpression
{
    private NftExpression(string json) => Json = json;

    /// <summary>Its JSON.</summary>
    public string Json { get; }

    /// <summary>Counts packets and bytes.</summary>
    public static NftExpression Counter { get; } = new("""{"counter":null}""");

    /// <summary>Lets the packet through this hook.</summary>
    public static NftExpression Accept { get; } = new("""{"accept":null}""");

    /// <summary>Drops the packet.</summary>
    public static NftExpression Drop { get; } = new("""{"drop":null}""");

    /// <summary>Goes back to the chain that jumped here.</summary>
    public static NftExpression Return { get; } = new("""{"return":null}""");

    /// <summary>Any expression.</summary>
    /// <exception cref="ArgumentException">It is not JSON.</exception>
    public static NftExpression FromJson(string json)
    {
        ArgumentException.ThrowIfNullOrEmpty(json);
        try
        {
            return From(JsonNode.Parse(json)!);
        }
        catch (JsonException exception)
        {
            throw new ArgumentException($"An expression of nftables is JSON: {exception.Message}", nameof(json), exception);
        }
    }

    /// <summary>Goes through another chain, and comes back.</summary>
    public static NftExpression Jump(string chain) => Target("jump", chain);

    /// <summary>Goes through another chain, and does not come back.</summary>
    public static NftExpression GoTo(string chain) => Target("goto", chain);

    /// <summary>A field of a header, such as <c>Payload("ether", "saddr")</c>.</summary>
    public static NftExpression Payload(string protocol, string field)
    {
        ArgumentException.ThrowIfNullOrEmpty(protocol);
        ArgumentException.ThrowIfNullOrEmpty(field);
        return From(new JsonObject { ["payload"] = new JsonObject { ["protocol"] = protocol, ["field"] = field } });
    }

    /// <summary>Something about the packet that is not in it, such as <c>Meta("iifname")</c>.</summary>
    public static NftExpression Meta(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return From(new JsonObject { ["meta"] = new JsonObject { ["key"] = key } });
    }

    /// <summary>Something about the connection, such as <c>ConnectionTracking("state")</c>.</summary>
    public static NftExpression ConnectionTracking(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return From(new JsonObject { ["ct"] = new JsonObject { ["key"] = key } });
    }

    /// <summary>A value to compare with: an address, a name, a set as <c>@name</c>.</summary>
    public static NftExpression Value(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return From(JsonValue.Create(value));
    }

    /// <summary>A number to compare with.</summary>
    public static NftExpression Value(long value) => From(JsonValue.Create(value));

    /// <summary>Addresses with a common prefix.</summary>
    public static NftExpression Prefix(string address, int length)
    {
        ArgumentException.ThrowIfNullOrEmpty(address);
        return From(new JsonObject { ["prefix"] = new JsonObject { ["addr"] = address, ["len"] = length } });
    }

    /// <summary>Any of several values.</summary>
    public static NftExpression AnyOf(params IReadOnlyList<NftExpression> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return From(new JsonObject { ["set"] = new JsonArray([.. values.Select(static each => each.ToJson())]) });
    }

    /// <summary>Goes on when two are equal.</summary>
    public static NftExpression Equal(NftExpression left, NftExpression right) => Match("==", left, right);

    /// <summary>Goes on when two are not equal.</summary>
    public static NftExpression NotEqual(NftExpression left, NftExpression right) => Match("!=", left, right);

    /// <summary>Goes on when one is in the other, such as a state among <see cref="AnyOf"/>.</summary>
    public static NftExpression In(NftExpression left, NftExpression right) => Match("in", left, right);

    /// <inheritdoc/>
    public override string ToString() => Json;

    internal static NftExpression From(JsonNode node) => new(node.ToJsonString());

    internal JsonNode ToJson() => JsonNode.Parse(Json)!;

    private static NftExpression Match(string operation, NftExpression left, NftExpression right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return From(new JsonObject { ["match"] = new JsonObject { ["op"] = operation, ["left"] = left.ToJson(), ["right"] = right.ToJson() } });
    }

    private static NftExpression Target(string verdict, string chain)
    {
        ArgumentException.ThrowIfNullOrEmpty(chain);
        return From(new JsonObject { [verdict] = new JsonObject { ["target"] = chain } });
    }
}
