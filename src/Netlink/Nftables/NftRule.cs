using System.Text.Json.Nodes;

namespace Netlink;

/// <summary>A rule: expressions that a packet goes through until one does not match or decides.</summary>
public sealed record NftRule
{
    /// <summary>Its table's family.</summary>
    public required NftFamily Family { get; init; }

    /// <summary>Its table.</summary>
    public required string Table { get; init; }

    /// <summary>Its chain.</summary>
    public required string Chain { get; init; }

    /// <summary>What it looks at and does.</summary>
    public IReadOnlyList<NftExpression> Expressions { get; init; } = [];

    /// <summary>A text of up to 128 bytes.</summary>
    public string? Comment { get; init; }

    /// <summary>The number by which it is deleted; given by the kernel.</summary>
    public long? Handle { get; init; }

    /// <inheritdoc/>
    public bool Equals(NftRule? other) => other is not null && Key.Equals(other.Key) && Expressions.SequenceEqual(other.Expressions);

    /// <inheritdoc/>
    public override int GetHashCode() => Key.GetHashCode();

    private (NftFamily, string, string, string?, long?) Key => (Family, Table, Chain, Comment, Handle);

    internal JsonObject ToJson(bool byHandle)
    {
        var rule = new JsonObject { ["family"] = NftJson.NameOf(Family), ["table"] = Table, ["chain"] = Chain };
        if (byHandle)
        {
            rule["handle"] = Handle ?? throw new ArgumentException("A rule is deleted by its Handle, which it has when it was read.");
            return new JsonObject { ["rule"] = rule };
        }
        rule["expr"] = new JsonArray([.. Expressions.Select(static each => each.ToJson())]);
        if (Comment is not null)
            rule["comment"] = Comment;
        return new JsonObject { ["rule"] = rule };
    }
}
