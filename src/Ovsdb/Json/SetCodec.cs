using System.Text.Json;

namespace Ovsdb.Json;

/// <summary>Columns of any number of elements (RFC 7047 section 5.1, <c>&lt;set&gt;</c>): one stands alone, others are <c>["set", [...]]</c>.</summary>
internal sealed class SetCodec<T>(OvsdbColumnType type, AtomCodec<T> atom) : ValueCodec
    where T : notnull
{
    public override object? Default { get; } = type.Min == 0 ? OvsdbSet<T>.Empty : OvsdbSet<T>.FromUnsorted([atom.Default]);

    public static void Write(Utf8JsonWriter writer, OvsdbSet<T> set, AtomCodec<T> atom, UuidNames? names)
    {
        writer.WriteStartArray();
        writer.WriteStringValue("set"u8);
        writer.WriteStartArray();
        foreach (T element in set.Span)
            atom.Write(writer, element, names);
        writer.WriteEndArray();
        writer.WriteEndArray();
    }

    public override object? Read(ref Utf8JsonReader reader)
    {
        if (!JsonText.IsTagged(reader, "set"u8))
            return OvsdbSet<T>.FromUnsorted([atom.Read(ref reader)]);
        JsonText.Next(ref reader, JsonTokenType.String);
        JsonText.Next(ref reader, JsonTokenType.StartArray);
        List<T>? elements = null;
        for (JsonText.Next(ref reader); reader.TokenType != JsonTokenType.EndArray; JsonText.Next(ref reader))
            (elements ??= []).Add(atom.Read(ref reader));
        JsonText.Next(ref reader, JsonTokenType.EndArray);
        return elements is null ? OvsdbSet<T>.Empty : OvsdbSet<T>.FromUnsorted([.. elements]);
    }

    public override void Write(Utf8JsonWriter writer, object? value, UuidNames? names) => Write(writer, (OvsdbSet<T>)value!, atom, names);

    public override bool TryTake(object? value, out object? taken)
    {
        taken = null;
        if (value is not string and System.Collections.IEnumerable many)
        {
            List<T> elements = [];
            foreach (object? each in many)
            {
                if (each is null || atom.Take(each) is not T element)
                    return false;
                elements.Add(element);
            }

            taken = value is OvsdbSet<T> ? value : OvsdbSet<T>.FromUnsorted([.. elements]);
        }
        else if (value is not null && atom.Take(value) is T one)
        {
            taken = OvsdbSet<T>.FromUnsorted([one]);
        }

        return taken is not null;
    }

    public override object? Changed(object? old, object? change, bool composite) =>
        composite ? ((OvsdbSet<T>)old!).SymmetricDifference((OvsdbSet<T>)change!) : change;

    public override IEnumerable<object> Elements(object? value) => ((OvsdbSet<T>)value!).Select(atom.Box);
}
