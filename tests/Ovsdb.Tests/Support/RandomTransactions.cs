namespace Ovsdb.Tests.Support;

/// <summary>Transactions of every kind on the schema of Data.ovsschema, the same for the same seed.</summary>
internal sealed class RandomTransactions(OvsdbSchema schema, int seed)
{
    private static readonly string[] Texts = ["", "a", "b", "zebra", "é☃", "quote\"d", "back\\slash", "new\nline", "\t", "\ud83d\ude00", "null", "[]"];

    private readonly Random _random = new(seed);
    private readonly OvsdbTable _root = schema.Table("Root");
    private readonly OvsdbTable _leaf = schema.Table("Leaf");

    public OvsdbTransaction Next(IReadOnlyList<Guid> roots)
    {
        var transaction = new OvsdbTransaction();
        int operations = _random.Next(1, 5);
        for (int i = 0; i < operations; i++)
        {
            Guid? some = roots.Count > 0 ? roots[_random.Next(roots.Count)] : null;
            switch (_random.Next(some is null ? 1 : 10))
            {
                case 0 or 1 when roots.Count < 60:
                    Insert(transaction, roots);
                    break;
                case 2 when roots.Count > 10:
                    transaction.Delete(_root, some!.Value);
                    break;
                case 3:
                    transaction.Delete(_leaf, _leaf.Column("name").Where("==", Text()));
                    break;
                case 4 or 5 or 6:
                    Guid row = some ?? Guid.Empty;
                    if (row != Guid.Empty)
                        Mutate(transaction, row, roots);
                    break;
                default:
                    if (some is { } changed)
                        transaction.Update(changed, Row(roots, transaction, few: true));
                    break;
            }
        }

        return transaction;
    }

    private string Text() => Texts[_random.Next(Texts.Length)];

    private double Real() => _random.Next(4) switch
    {
        0 => _random.Next(-5, 5),
        1 => _random.NextDouble() * 1e9,
        2 => -_random.NextDouble(),
        _ => 0.1,
    };

    private OvsdbSet<long> Integers(int most) => OvsdbSet.Create(Enumerable.Range(0, _random.Next(most + 1)).Select(_ => (long)_random.Next(-3, 12)));

    private OvsdbMap<string, string> Pairs() => OvsdbMap.Create(Enumerable.Range(0, _random.Next(4)).Select(_ => Text()).Distinct().Select(key => new KeyValuePair<string, string>(key, Text())));

    private OvsdbSet<Guid> Friends(IReadOnlyList<Guid> roots) => OvsdbSet.Create(Enumerable.Range(0, roots.Count == 0 ? 0 : _random.Next(4)).Select(_ => roots[_random.Next(roots.Count)]));

    private Guid Leaf(OvsdbTransaction transaction, Guid? parent)
    {
        return transaction.Insert(parent is { } of && of != Guid.Empty
            ? new OvsdbRow(_leaf) { ["name"] = Text(), ["parent"] = of }
            : new OvsdbRow(_leaf) { ["name"] = Text() });
    }

    private void Insert(OvsdbTransaction transaction, IReadOnlyList<Guid> roots) => transaction.Insert(Row(roots, transaction, few: false));

    private OvsdbRow Row(IReadOnlyList<Guid> roots, OvsdbTransaction transaction, bool few)
    {
        var row = new OvsdbRow(_root);
        foreach (OvsdbColumn column in _root.Columns)
        {
            if (_random.Next(few ? 5 : 2) == 0)
                row.Set(column.Ordinal, Value(column, roots, transaction));
        }

        if (!few && !row.Has(_root.Column("some")))
            row.Set(_root.Column("some").Ordinal, OvsdbSet.Create([Text()]));
        return row;
    }

    private object? Value(OvsdbColumn column, IReadOnlyList<Guid> roots, OvsdbTransaction transaction) => column.Name switch
    {
        "name" => Text(),
        "integer" => _random.NextInt64(long.MinValue, long.MaxValue),
        "real" => Real(),
        "flag" => _random.Next(2) == 0,
        "id" => Guid.NewGuid(),
        "maybe_text" => _random.Next(2) == 0 ? null : Text(),
        "maybe_integer" => _random.Next(2) == 0 ? null : (object)(long)_random.Next(100),
        "texts" => OvsdbSet.Create(Enumerable.Range(0, _random.Next(5)).Select(_ => Text())),
        "integers" => Integers(30),
        "reals" => OvsdbSet.Create(Enumerable.Range(0, _random.Next(5)).Select(_ => Real())),
        "few" => Integers(3),
        "some" => OvsdbSet.Create(Enumerable.Range(0, _random.Next(1, 4)).Select(_ => Text())),
        "pairs" => Pairs(),
        "numbers" => OvsdbMap.Create(Integers(4).Select(key => new KeyValuePair<long, double>(key, Real()))),
        "one_pair" => _random.Next(2) == 0 ? OvsdbMap.Create<string, long>() : OvsdbMap.Create(new KeyValuePair<string, long>(Text(), _random.Next(9))),
        "leaves" => OvsdbSet.Create(Enumerable.Range(0, _random.Next(3)).Select(_ => Leaf(transaction, roots.Count > 0 ? roots[_random.Next(roots.Count)] : null))),
        "named" => OvsdbMap.Create(Enumerable.Range(0, _random.Next(3)).Select(i => new KeyValuePair<string, Guid>($"{i}", Leaf(transaction, null)))),
        "friends" => Friends(roots),
        _ => throw new InvalidOperationException(column.Name),
    };

    private void Mutate(OvsdbTransaction transaction, Guid row, IReadOnlyList<Guid> roots)
    {
        OvsdbMutation mutation = _random.Next(8) switch
        {
            0 => _root.Column("integers").Change("insert", Integers(5)),
            1 => _root.Column("integers").Change("delete", Integers(5)),
            2 => _root.Column("pairs").Change("insert", Pairs()),
            3 => _root.Column("pairs").Change("delete", OvsdbSet.Create([Text(), Text()])),
            4 => _root.Column("real").Change("+=", 0.25),
            5 => _root.Column("leaves").Change("insert", OvsdbSet.Create([Leaf(transaction, row)])),
            6 => _root.Column("friends").Change("delete", Friends(roots)),
            _ => _root.Column("texts").Change("insert", OvsdbSet.Create([Text()])),
        };
        transaction.Mutate(_root, row, mutation);
    }
}
