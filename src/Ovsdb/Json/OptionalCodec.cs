using System.Text.Json;

namespace Ovsdb.Json;

/// <summary>Columns of at most one element.</summary>
internal sealed class OptionalCodec<T>(AtomCodec<T> atom) : ValueCodec
    where T : notnull
{
    public override object? Default => null;

    /// <summary>The one element of a set, or null.</summary>
    public static object? ReadSet(ref Utf8JsonReader reader, AtomCodec<T> atom)
    {
        JsonText.Next(ref reader, JsonTokenType.String);
        JsonText.Next(ref reader, JsonTokenType.StartArray);
        JsonText.Next(ref reader);
        object? value = null;
        if (reader.TokenType != JsonTokenType.EndArray)
        {
            value = atom.Box(atom.Read(ref reader));
            JsonText.Next(ref reader);
            if (reader.TokenType != JsonTokenType.EndArray)
                throw OvsdbException.Protocol("A set has several elements where one belongs.");
        }

        JsonText.Next(ref reader, JsonTokenType.EndArray);
        return value;
    }

    public override object? Read(ref Utf8JsonReader reader) =>
        JsonText.IsTagged(reader, "set"u8) ? ReadSet(ref reader, atom) : atom.Box(atom.Read(ref reader));

    public override void Write(Utf8JsonWriter writer, object? value, UuidNames? names)
    {
        if (value is OvsdbSet<T> set)
            SetCodec<T>.Write(writer, set, atom, names);
        else if (value is null)
            SetCodec<T>.Write(writer, OvsdbSet<T>.Empty, atom, names);
        else
            atom.Write(writer, (T)value, names);
    }

    public override bool TryTake(object? value, out object? taken)
    {
        taken = value is null ? null : atom.Take(value);
        return value is null || taken is not null;
    }

    public override bool TryTakePart(object? value, out object? taken)
    {
        taken = value as OvsdbSet<T>;
        return taken is not null || TryTake(value, out taken);
    }

    public override IEnumerable<object> Elements(object? value) => value is null ? [] : [value];
}
