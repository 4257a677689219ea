using System.Text.Json;

namespace Ovsdb.Json;

/// <summary>Columns of exactly one element.</summary>
internal sealed class ScalarCodec<T>(AtomCodec<T> atom) : ValueCodec
    where T : notnull
{
    public override object? Default { get; } = atom.Box(atom.Default);

    public override object? Read(ref Utf8JsonReader reader)
    {
        if (!JsonText.IsTagged(reader, "set"u8))
            return atom.Box(atom.Read(ref reader));
        return OptionalCodec<T>.ReadSet(ref reader, atom) ?? throw OvsdbException.Protocol("A set is empty where one element belongs.");
    }

    public override void Write(Utf8JsonWriter writer, object? value, UuidNames? names) => atom.Write(writer, (T)value!, names);

    public override bool TryTake(object? value, out object? taken)
    {
        taken = value is null ? null : atom.Take(value);
        return taken is not null;
    }

    public override IEnumerable<object> Elements(object? value) => [value!];
}
