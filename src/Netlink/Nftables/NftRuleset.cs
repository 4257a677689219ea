namespace Netlink;

/// <summary>What nftables has, in the order in which it has it.</summary>
public sealed record NftRuleset
{
    /// <summary>The tables.</summary>
    public IReadOnlyList<NftTable> Tables { get; init; } = [];

    /// <summary>The chains.</summary>
    public IReadOnlyList<NftChain> Chains { get; init; } = [];

    /// <summary>The sets with their elements.</summary>
    public IReadOnlyList<NftSet> Sets { get; init; } = [];

    /// <summary>The rules.</summary>
    public IReadOnlyList<NftRule> Rules { get; init; } = [];

    /// <summary>What else there is, such as maps and flow tables, in JSON.</summary>
    public IReadOnlyList<string> Others { get; init; } = [];
}
