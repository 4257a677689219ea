using System.Text.Json.Nodes;

namespace Netlink.Tests;

internal sealed class NftTransactionTests
{
    [Test]
    public void Transaction_is_the_json_of_libnftables()
    {
        NftTable table = new() { Family = NftFamily.Inet, Name = "t" };
        string json = new NftTransaction().Renew(table)
            .Add(new NftChain { Family = NftFamily.Netdev, Table = "t", Name = "c", Hook = "ingress", Priority = -5, Device = "eth0", Policy = "drop" })
            .Add(new NftSet { Family = NftFamily.Inet, Table = "t", Name = "s", ElementTypes = ["ipv4_addr", "inet_service"], Interval = true })
            .Add(new NftRule { Family = NftFamily.Inet, Table = "t", Chain = "c", Expressions = [NftExpression.Equal(NftExpression.Meta("iifname"), NftExpression.AnyOf(NftExpression.Value("a"), NftExpression.Value(5))), NftExpression.Jump("d")] })
            .ToJson();

        Assert.That(JsonNode.DeepEquals(JsonNode.Parse(json), JsonNode.Parse("""
            {"nftables":[{"metainfo":{"json_schema_version":1}},
            {"add":{"table":{"family":"inet","name":"t"}}},{"delete":{"table":{"family":"inet","name":"t"}}},{"add":{"table":{"family":"inet","name":"t"}}},
            {"add":{"chain":{"family":"netdev","table":"t","name":"c","type":"filter","hook":"ingress","prio":-5,"policy":"drop","dev":"eth0"}}},
            {"add":{"set":{"family":"inet","table":"t","name":"s","type":["ipv4_addr","inet_service"],"flags":["interval"]}}},
            {"add":{"rule":{"family":"inet","table":"t","chain":"c","expr":[{"match":{"op":"==","left":{"meta":{"key":"iifname"}},"right":{"set":["a",5]}}},{"jump":{"target":"d"}}]}}}]}
            """)), json);
    }

    [TestCase("")]
    [TestCase("[]")]
    [TestCase("""{"nftables":{}}""")]
    [TestCase("""{"nftables":[{"table":5}]}""")]
    [TestCase("""{"nftables":[{"table":{"family":"martian","name":"t"}}]}""")]
    [TestCase("""{"nftables":[{"rule":{"family":"ip","table":"t"}}]}""")]
    [TestCase("""{"nftables":[{"chain":{"family":"ip","table":"t","name":7}}]}""")]
    public void What_nft_never_writes_is_a_protocol_error(string json) =>
        Assert.That(() => NftJson.Read(json), Throws.InstanceOf<NetlinkException>().With.Property("Kind").EqualTo(NetlinkErrorKind.Protocol));

    [Test]
    public void Rule_is_deleted_by_its_handle_only()
    {
        NftRule rule = new() { Family = NftFamily.Ip, Table = "t", Chain = "c" };

        Assert.That(() => new NftTransaction().Delete(rule), Throws.ArgumentException.With.Message.Contains("Handle"));
        Assert.That(new NftTransaction().Delete(rule with { Handle = 7 }).ToJson(), Does.Contain("\"handle\":7"));
        Assert.That(() => NftExpression.FromJson("{"), Throws.ArgumentException);
        Assert.That(() => new NftTransaction().Add((NftRule)null!), Throws.ArgumentNullException);
    }
}
