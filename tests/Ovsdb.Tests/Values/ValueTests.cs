using System.Text;
using System.Text.Json;

namespace Ovsdb.Tests.Values;

internal sealed class ValueTests
{
    private static readonly OvsdbBaseType Text = new(OvsdbAtomicType.String);
    private static readonly OvsdbBaseType Integer = new(OvsdbAtomicType.Integer);

    [Test]
    public void Set_is_in_order_holds_each_once_and_equals_by_its_elements()
    {
        OvsdbSet<string> set = ["b", "a", "b", "B"];

        Assert.That(set, Is.EqualTo(new[] { "B", "a", "b" }));
        Assert.That(OvsdbSet.Create(new List<string> { "a", "B", "b" }) == set, Is.True);
        Assert.That(set.Contains("a"), Is.True);
        Assert.That(set.Contains("c"), Is.False);
        Assert.That(set == OvsdbSet.Create(["a", "b", "B"]), Is.True);
        Assert.That(set.GetHashCode(), Is.EqualTo(OvsdbSet.Create(["a", "b", "B"]).GetHashCode()));
        Assert.That(set.Union("c").Except("B", "a"), Is.EqualTo(new[] { "b", "c" }));
    }

    [Test]
    public void Map_is_in_the_order_of_its_keys_and_refuses_one_twice()
    {
        OvsdbMap<string, long> map = [new("b", 2), new("a", 1)];

        Assert.That(map.Keys, Is.EqualTo(new[] { "a", "b" }));
        Assert.That(map["b"], Is.EqualTo(2));
        Assert.That(map.GetValueOrDefault("c"), Is.Zero);
        Assert.That(map.With("a", 9).Without("b").ToString(), Is.EqualTo("{a=9}"));
        Assert.That(() => map["c"], Throws.TypeOf<KeyNotFoundException>().With.Message.Contains("'c'"));
        Assert.That(() => OvsdbMap.Create<string, long>(new("a", 1), new("a", 1)), Throws.ArgumentException);
    }

    [Test]
    public void Difference_of_sets_is_what_is_in_one_of_them_for_any_two()
    {
        var random = new Random(1);
        for (int i = 0; i < 5000; i++)
        {
            long[] left = Numbers(random, i % 3 == 0 ? 200 : 8), right = Numbers(random, i % 5 == 0 ? 200 : 4);
            HashSet<long> expected = [.. left];
            expected.SymmetricExceptWith(right);
            Assert.That(OvsdbSet.Create(left).SymmetricDifference(OvsdbSet.Create(right)), Is.EqualTo(expected.Order()));
        }
    }

    [Test]
    public void Change_of_a_map_takes_out_replaces_and_adds_for_any_two()
    {
        var random = new Random(2);
        for (int i = 0; i < 5000; i++)
        {
            Dictionary<long, long> old = Pairs(random), change = Pairs(random), expected = new(old);
            foreach ((long key, long value) in change)
            {
                if (old.TryGetValue(key, out long before) && before == value)
                    expected.Remove(key);
                else
                    expected[key] = value;
            }

            Assert.That(OvsdbMap.Create(old).Changed(OvsdbMap.Create(change)), Is.EqualTo(OvsdbMap.Create(expected)));
        }
    }

    [TestCase("5", 5L)]
    [TestCase("5.0", 5L)]
    [TestCase("1e3", 1000L)]
    [TestCase("-9223372036854775808", long.MinValue)]
    [TestCase("9223372036854775807", long.MaxValue)]
    [TestCase("[\"set\",[7]]", 7L)]
    public void Integer_is_read_in_all_its_forms(string json, long expected) =>
        Assert.That(Read(new OvsdbColumnType(Integer), json), Is.EqualTo(expected));

    [TestCase("5.5")]
    [TestCase("1e30")]
    [TestCase("\"5\"")]
    [TestCase("true")]
    [TestCase("[\"set\",[]]")]
    [TestCase("[\"set\",[1,2]]")]
    [TestCase("[\"uuid\",\"x\"]")]
    [TestCase("null")]
    [TestCase("{}")]
    public void What_is_no_integer_is_a_protocol_error(string json) =>
        Assert.That(() => Read(new OvsdbColumnType(Integer), json), Throws.TypeOf<OvsdbException>().With.Property("Kind").EqualTo(OvsdbErrorKind.Protocol));

    [Test]
    public void Wrong_value_is_refused_with_the_column_and_its_type()
    {
        var table = new OvsdbTable(
            "T", new OvsdbColumn("name", new OvsdbColumnType(Text)), new OvsdbColumn("tag", new OvsdbColumnType(Integer, min: 0)), new OvsdbColumn("ids", new OvsdbColumnType(Text, Text, 0, OvsdbColumnType.Unlimited)));

        Assert.That(() => new OvsdbRow(table) { ["name"] = 5 }, Throws.ArgumentException.With.Message.Contains("T.name is string; '5' (Int32) is none"));
        Assert.That(() => new OvsdbRow(table) { ["name"] = null }, Throws.ArgumentException.With.Message.Contains("null is none"));
        Assert.That(() => new OvsdbRow(table) { ["name"] = "a\0b" }, Throws.ArgumentException);
        Assert.That(() => new OvsdbRow(table) { ["name"] = "\ud800" }, Throws.ArgumentException);
        Assert.That(() => new OvsdbRow(table) { ["ids"] = new[] { "a" } }, Throws.ArgumentException.With.Message.Contains("map of string to string"));
        Assert.That(() => new OvsdbRow(table) { ["nmae"] = "x" }, Throws.ArgumentException.With.Message.Contains("no column 'nmae'; it has name, tag, ids"));
        Assert.That(new OvsdbRow(table) { ["tag"] = 5 }["tag"], Is.EqualTo(5L));
        Assert.That(new OvsdbRow(table) { ["tag"] = null }["tag"], Is.Null);
        Assert.That(() => new OvsdbRow(table)["tag"], Throws.InvalidOperationException.With.Message.Contains("tag of T was not read"));
    }

    private static object? Read(OvsdbColumnType type, string json)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        reader.Read();
        return type.Codec.Read(ref reader);
    }

    private static long[] Numbers(Random random, int most) => [.. Enumerable.Range(0, random.Next(most)).Select(_ => (long)random.Next(most))];

    private static Dictionary<long, long> Pairs(Random random) => Enumerable.Range(0, random.Next(8)).Select(_ => (long)random.Next(8)).Distinct().ToDictionary(key => key, _ => (long)random.Next(3));
}
