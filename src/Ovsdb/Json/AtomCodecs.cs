using System.Text.Json;

namespace Ovsdb.Json;

/// <summary>The codecs of the five atomic types.</summary>
internal static class AtomCodecs
{
    public static AtomCodec<string> String { get; } = new StringCodec();

    public static AtomCodec<long> Integer { get; } = new IntegerCodec();

    public static AtomCodec<double> Real { get; } = new RealCodec();

    public static AtomCodec<bool> Boolean { get; } = new BooleanCodec();

    public static AtomCodec<Guid> Uuid { get; } = new UuidCodec();

    private sealed class StringCodec : AtomCodec<string>
    {
        public override string Default => "";

        public override string Read(ref Utf8JsonReader reader) => JsonText.ReadString(ref reader);

        public override void Write(Utf8JsonWriter writer, string value, UuidNames? names) => writer.WriteStringValue(value);

        public override object? Take(object value)
        {
            if (value is not string text)
                return null;
            // ovsdb-server ends the connection over these.
            for (int i = 0; i < text.Length; i++)
            {
                if (text[i] == '\0')
                    return null;
                if (!char.IsSurrogate(text[i]))
                    continue;
                if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
                    return null;
                i++;
            }

            return text;
        }
    }

    private sealed class IntegerCodec : AtomCodec<long>
    {
        private static readonly object[] Small = [.. Enumerable.Range(-1, 258).Select(i => (object)(long)i)];

        public override long Default => 0;

        public override long Read(ref Utf8JsonReader reader)
        {
            JsonText.Expect(ref reader, JsonTokenType.Number);
            if (reader.TryGetInt64(out long integer))
                return integer;
            // 1.0 and 1e3 are integers, too (RFC 7047 section 3.1).
            if (reader.TryGetDouble(out double real) && Math.Floor(real) == real && real is >= -9.2233720368547758e18 and < 9.2233720368547758e18)
                return (long)real;
            throw OvsdbException.Protocol("A number is no 64-bit integer.");
        }

        public override void Write(Utf8JsonWriter writer, long value, UuidNames? names) => writer.WriteNumberValue(value);

        public override object? Take(object value) => value switch
        {
            long => value,
            int or short or sbyte or byte or ushort or uint => Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture),
            _ => null,
        };

        public override object Box(long value) => value is >= -1 and <= 256 ? Small[value + 1] : value;
    }

    private sealed class RealCodec : AtomCodec<double>
    {
        public override double Default => 0;

        public override double Read(ref Utf8JsonReader reader)
        {
            JsonText.Expect(ref reader, JsonTokenType.Number);
            return reader.TryGetDouble(out double real) && double.IsFinite(real) ? real : throw OvsdbException.Protocol("A number is too large.");
        }

        public override void Write(Utf8JsonWriter writer, double value, UuidNames? names) => writer.WriteNumberValue(value);

        public override object? Take(object value) => value switch
        {
            double real => double.IsFinite(real) ? value : null,
            float real => float.IsFinite(real) ? (double)real : null,
            int integer => (double)integer,
            _ => null,
        };
    }

    private sealed class BooleanCodec : AtomCodec<bool>
    {
        private static readonly object True = true;
        private static readonly object False = false;

        public override bool Default => false;

        public override bool Read(ref Utf8JsonReader reader) => reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            _ => throw OvsdbException.Protocol($"A message has {reader.TokenType} where true or false belongs."),
        };

        public override void Write(Utf8JsonWriter writer, bool value, UuidNames? names) => writer.WriteBooleanValue(value);

        public override object? Take(object value) => value as bool?;

        public override object Box(bool value) => value ? True : False;
    }

    private sealed class UuidCodec : AtomCodec<Guid>
    {
        public override Guid Default => Guid.Empty;

        public override Guid Read(ref Utf8JsonReader reader)
        {
            JsonText.Expect(ref reader, JsonTokenType.StartArray);
            JsonText.Next(ref reader, JsonTokenType.String);
            if (!reader.ValueTextEquals("uuid"u8))
                throw OvsdbException.Protocol("A message has something else where an id belongs.");
            JsonText.Next(ref reader, JsonTokenType.String);
            Guid uuid = JsonText.ReadGuid(ref reader);
            JsonText.Next(ref reader, JsonTokenType.EndArray);
            return uuid;
        }

        public override void Write(Utf8JsonWriter writer, Guid value, UuidNames? names)
        {
            writer.WriteStartArray();
            if (names?.Find(value) is { } name)
            {
                writer.WriteStringValue("named-uuid"u8);
                writer.WriteStringValue(name);
            }
            else
            {
                writer.WriteStringValue("uuid"u8);
                writer.WriteStringValue(value);
            }

            writer.WriteEndArray();
        }

        public override object? Take(object value) => value as Guid?;
    }
}
