using System.Text.Json.Nodes;

namespace Netlink;

/// <summary>A chain of rules. With a <see cref="Hook"/> packets come to it by themselves; without, only by a jump.</summary>
public sealed record NftChain
{
    /// <summary>Its table's family.</summary>
    public required NftFamily Family { get; init; }

    /// <summary>Its table.</summary>
    public required string Table { get; init; }

    /// <summary>Its name. <c>fwd</c>, <c>ct</c> and other words of the language are none.</summary>
    public required string Name { get; init; }

    /// <summary>Where packets come to it: <c>prerouting</c>, <c>input</c>, <c>forward</c>, <c>output</c>, <c>postrouting</c>, <c>ingress</c>, <c>egress</c>; null for nowhere.</summary>
    public string? Hook { get; init; }

    /// <summary>What it may do: <c>filter</c>, <c>nat</c> or <c>route</c>. Only with a hook.</summary>
    public string Type { get; init; } = "filter";

    /// <summary>Its place among the chains of the hook, the lowest first. Only with a hook.</summary>
    public int Priority { get; init; }

    /// <summary>What becomes of packets that no rule decides about: <c>accept</c> or <c>drop</c>; null for accept. Only with a hook.</summary>
    public string? Policy { get; init; }

    /// <summary>The link of a chain of <see cref="NftFamily.Netdev"/>.</summary>
    public string? Device { get; init; }

    internal JsonObject ToJson()
    {
        var chain = new JsonObject { ["family"] = NftJson.NameOf(Family), ["table"] = Table, ["name"] = Name };
        if (Hook is not null)
        {
            chain["type"] = Type;
            chain["hook"] = Hook;
            chain["prio"] = Priority;
            if (Policy is not null)
                chain["policy"] = Policy;
            if (Device is not null)
                chain["dev"] = Device;
        }
        return new JsonObject { ["chain"] = chain };
    }
}
