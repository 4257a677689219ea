using System.Text.Json;

namespace Ovsdb.Json;

/// <summary>Columns of pairs (RFC 7047 section 5.1, <c>&lt;map&gt;</c>): <c>["map", [[key, value], ...]]</c>.</summary>
internal sealed class MapCodec<TKey, TValue>(OvsdbColumnType type, AtomCodec<TKey> key, AtomCodec<TValue> item) : ValueCodec
    where TKey : notnull
    where TValue : notnull
{
    public override object? Default { get; } =
        type.Min == 0 ? OvsdbMap<TKey, TValue>.Empty : OvsdbMap.Create(new KeyValuePair<TKey, TValue>(key.Default, item.Default));

    public override object? Read(ref Utf8JsonReader reader)
    {
        if (!JsonText.IsTagged(reader, "map"u8))
            throw OvsdbException.Protocol("A message has something else where a map belongs.");
        JsonText.Next(ref reader, JsonTokenType.String);
        JsonText.Next(ref reader, JsonTokenType.StartArray);
        List<KeyValuePair<TKey, TValue>>? pairs = null;
        for (JsonText.Next(ref reader); reader.TokenType != JsonTokenType.EndArray; JsonText.Next(ref reader))
        {
            JsonText.Expect(ref reader, JsonTokenType.StartArray);
            JsonText.Next(ref reader);
            TKey name = key.Read(ref reader);
            JsonText.Next(ref reader);
            (pairs ??= []).Add(new(name, item.Read(ref reader)));
            JsonText.Next(ref reader, JsonTokenType.EndArray);
        }

        JsonText.Next(ref reader, JsonTokenType.EndArray);
        try
        {
            return pairs is null ? OvsdbMap<TKey, TValue>.Empty : OvsdbMap<TKey, TValue>.FromUnsorted([.. pairs]);
        }
        catch (ArgumentException e)
        {
            throw OvsdbException.Protocol($"A map is none: {e.Message}", e);
        }
    }

    public override void Write(Utf8JsonWriter writer, object? value, UuidNames? names)
    {
        if (value is OvsdbSet<TKey> keys)
        {
            SetCodec<TKey>.Write(writer, keys, key, names);
            return;
        }

        writer.WriteStartArray();
        writer.WriteStringValue("map"u8);
        writer.WriteStartArray();
        foreach (KeyValuePair<TKey, TValue> pair in ((OvsdbMap<TKey, TValue>)value!).Span)
        {
            writer.WriteStartArray();
            key.Write(writer, pair.Key, names);
            item.Write(writer, pair.Value, names);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteEndArray();
    }

    public override bool TryTake(object? value, out object? taken)
    {
        taken = null;
        if (value is not IEnumerable<KeyValuePair<TKey, TValue>> pairs)
            return false;
        OvsdbMap<TKey, TValue> map = OvsdbMap.Create(pairs);
        foreach (KeyValuePair<TKey, TValue> pair in map.Span)
        {
            if (key.Take(pair.Key) is null || item.Take(pair.Value) is null)
                return false;
        }

        taken = map;
        return true;
    }

    /// <summary>A deletion may also name the keys alone.</summary>
    public override bool TryTakePart(object? value, out object? taken)
    {
        taken = value as OvsdbSet<TKey>;
        return taken is not null || TryTake(value, out taken);
    }

    public override object? Changed(object? old, object? change, bool composite) =>
        composite ? ((OvsdbMap<TKey, TValue>)old!).Changed((OvsdbMap<TKey, TValue>)change!) : change;

    public override IEnumerable<object> Elements(object? value) => ((OvsdbMap<TKey, TValue>)value!).Keys.Select(key.Box);

    public override object? ElementOf(object? value, string key) =>
        value is OvsdbMap<string, TValue> map && map.TryGetValue(key, out TValue? found) ? item.Box(found) : null;
}
