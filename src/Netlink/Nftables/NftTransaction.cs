using System.Text.Json.Nodes;

namespace Netlink;

/// <summary>Changes that <see cref="Nftables.ApplyAsync"/> makes together, in this order, or none of them.</summary>
public sealed class NftTransaction
{
    private readonly List<JsonObject> _commands = [];

    /// <summary>How many changes.</summary>
    public int Count => _commands.Count;

    /// <summary>Adds a table, if it is not there.</summary>
    public NftTransaction Add(NftTable table) => Command("add", Required(table).ToJson());

    /// <summary>Adds a chain, if it is not there.</summary>
    public NftTransaction Add(NftChain chain) => Command("add", Required(chain).ToJson());

    /// <summary>Adds a set, if it is not there, and its elements.</summary>
    public NftTransaction Add(NftSet set) => Command("add", Required(set).ToJson());

    /// <summary>Adds a rule at the end of its chain.</summary>
    public NftTransaction Add(NftRule rule) => Command("add", Required(rule).ToJson(byHandle: false));

    /// <summary>Adds a rule at the beginning of its chain.</summary>
    public NftTransaction Insert(NftRule rule) => Command("insert", Required(rule).ToJson(byHandle: false));

    /// <summary>Adds elements to a set.</summary>
    public NftTransaction AddElements(NftSet set) => Command("add", Required(set).ElementsToJson());

    /// <summary>Deletes elements of a set.</summary>
    public NftTransaction DeleteElements(NftSet set) => Command("delete", Required(set).ElementsToJson());

    /// <summary>Deletes a table with all it holds.</summary>
    public NftTransaction Delete(NftTable table) => Command("delete", Required(table).ToJson());

    /// <summary>Deletes a chain that is empty.</summary>
    public NftTransaction Delete(NftChain chain) => Command("delete", Required(chain).ToJson());

    /// <summary>Deletes a set that no rule uses.</summary>
    public NftTransaction Delete(NftSet set) => Command("delete", Required(set).ToJson());

    /// <summary>Deletes a rule by its <see cref="NftRule.Handle"/>.</summary>
    public NftTransaction Delete(NftRule rule) => Command("delete", Required(rule).ToJson(byHandle: true));

    /// <summary>Deletes all rules of a table.</summary>
    public NftTransaction Flush(NftTable table) => Command("flush", Required(table).ToJson());

    /// <summary>Deletes all rules of a chain.</summary>
    public NftTransaction Flush(NftChain chain) => Command("flush", Required(chain).ToJson());

    /// <summary>
    /// Deletes a table, if it is there, and makes it anew: what follows is then the whole of it, whatever it held, and nobody sees it in between.
    /// </summary>
    public NftTransaction Renew(NftTable table) => Add(table).Delete(table).Add(table);

    /// <summary>Any other change: an object of libnftables-json(5), such as <c>{"add":{…}}</c>.</summary>
    public NftTransaction AddJson(string command)
    {
        ArgumentException.ThrowIfNullOrEmpty(command);
        _commands.Add(JsonNode.Parse(command) as JsonObject ?? throw new ArgumentException("A command is a JSON object.", nameof(command)));
        return this;
    }

    internal string ToJson()
    {
        JsonNode schema = new JsonObject { ["metainfo"] = new JsonObject { ["json_schema_version"] = 1 } };
        var all = new JsonArray([schema, .. _commands.Select(static each => each.DeepClone())]);
        return new JsonObject { ["nftables"] = all }.ToJsonString();
    }

    private static T Required<T>(T? value)
        where T : class => value ?? throw new ArgumentNullException(nameof(value));

    private NftTransaction Command(string verb, JsonObject target)
    {
        _commands.Add(new JsonObject { [verb] = target });
        return this;
    }
}
