using LimiQuantix.Testing;
using Netlink.Tests.Support;

namespace Netlink.Tests.Integration;

[Category("Integration")]
internal sealed class NftablesTests
{
    private static readonly NftTable Table = new() { Family = NftFamily.Bridge, Name = "guard" };
    private static readonly NftChain Chain = new() { Family = NftFamily.Bridge, Table = "guard", Name = "from_ports", Hook = "prerouting", Priority = -200, Policy = "accept" };
    private static readonly NftSet Stations = new() { Family = NftFamily.Bridge, Table = "guard", Name = "stations", ElementTypes = ["ether_addr"], Elements = [NftExpression.Value("02:00:00:00:00:01")] };

    private static NftRule Rule(string comment, params NftExpression[] expressions) =>
        new() { Family = NftFamily.Bridge, Table = "guard", Chain = "from_ports", Comment = comment, Expressions = expressions };

    [Test]
    public async Task Ruleset_is_applied_in_the_namespace_and_read_back()
    {
        Requires.Tool("nft");
        await using Scene scene = await Scene.CreateAsync();
        var nft = new Nftables(scene.Namespace);
        NftRule drop = Rule(
            "spoofed",
            NftExpression.Equal(NftExpression.Meta("iifname"), NftExpression.Value("tap0")),
            NftExpression.NotEqual(NftExpression.Payload("ether", "saddr"), NftExpression.Value("@stations")),
            NftExpression.Drop);
        await nft.ApplyAsync(new NftTransaction().Renew(Table).Add(Chain).Add(Stations).Add(drop)
            .Insert(Rule("first", NftExpression.In(NftExpression.Payload("ether", "type"), NftExpression.AnyOf(NftExpression.Value("arp"), NftExpression.Value("ip"))), NftExpression.Accept)));
        await nft.ApplyAsync(new NftTransaction().AddElements(Stations with { Elements = [NftExpression.Value("02:00:00:00:00:02")] }));

        NftRuleset read = await nft.ListAsync();

        Assert.That(read.Tables, Is.EqualTo(new[] { Table }));
        Assert.That(read.Chains, Is.EqualTo(new[] { Chain }));
        Assert.That(read.Sets.Single().Elements, Is.EquivalentTo(new[] { NftExpression.Value("02:00:00:00:00:01"), NftExpression.Value("02:00:00:00:00:02") }));
        Assert.That(read.Rules.Select(rule => rule.Comment), Is.EqualTo(new[] { "first", "spoofed" }));
        Assert.That(read.Rules[1].Expressions, Is.EqualTo(drop.Expressions));
        Assert.That(await scene.RunAsync("nft", "list", "ruleset"), Does.Contain("ether saddr != @stations drop"));

        await nft.ApplyAsync(new NftTransaction().Delete(read.Rules[0]));
        Assert.That((await nft.ListAsync()).Rules.Select(rule => rule.Comment), Is.EqualTo(new[] { "spoofed" }));
        await nft.ApplyAsync(new NftTransaction().Renew(Table));
        Assert.That(await nft.ListAsync(), Has.Property("Rules").Empty.And.Property("Chains").Empty.And.Property("Sets").Empty.And.Property("Tables").Not.Empty);
    }

    [Test]
    public async Task Nothing_changes_when_one_change_is_refused()
    {
        Requires.Tool("nft");
        await using Scene scene = await Scene.CreateAsync();
        var nft = new Nftables(scene.Namespace);
        await nft.ApplyAsync(new NftTransaction().Add(Table).Add(Chain).Add(Rule("old", NftExpression.Counter)));

        var bad = new NftTransaction().Flush(Chain).Add(Rule("new", NftExpression.Counter)).Add(Rule("bad", NftExpression.Jump("nowhere")));
        Assert.That(() => nft.ApplyAsync(bad), Throws.InstanceOf<NetlinkException>().With.Property("Kind").EqualTo(NetlinkErrorKind.NotFound).And.Message.StartsWith("nft -f failed: "));
        Assert.That(() => nft.CheckAsync(bad), Throws.InstanceOf<NetlinkException>());
        await nft.CheckAsync(new NftTransaction().Flush(Chain));

        Assert.That((await nft.ListAsync()).Rules.Select(rule => rule.Comment), Is.EqualTo(new[] { "old" }));
        Assert.That(() => new Nftables(program: "nft-of-nobody").ListAsync(), Throws.InstanceOf<NetlinkException>().With.Message.Contains("package nftables"));
    }
}
