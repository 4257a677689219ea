using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Ovsdb.Json;

/// <summary>Reads the small parts of OVSDB's JSON. A reader stands on the first token of what is to be read, and afterwards on its last.</summary>
internal static class JsonText
{
    private const int LongestShared = 24;
    private const int LongestEscapedGuid = 6 * 36;

    /// <summary>Deep enough for a schema within a message, and no deeper.</summary>
    public static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = 64 };

    public static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        // What is written is right by construction; the tests read it back.
        SkipValidation = true,
    };

    /// <summary>
    /// Short strings that came before: keys of maps, states and types come a thousand times in a database. An entry is only ever
    /// replaced whole, so that no lock is needed.
    /// </summary>
    private static readonly string?[] Shared = new string?[2048];

    /// <summary>The string the reader stands on.</summary>
    public static string ReadString(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.String);
        return Text(ref reader);
    }

    /// <summary>The string or the property name the reader stands on.</summary>
    public static string Text(ref Utf8JsonReader reader)
    {
        if (reader.HasValueSequence || reader.ValueIsEscaped || reader.ValueSpan.Length > LongestShared)
            return reader.GetString()!;
        ReadOnlySpan<byte> utf8 = reader.ValueSpan;
        if (utf8.IsEmpty)
            return "";
        uint hash = (uint)utf8.Length;
        foreach (byte each in utf8)
            hash = (hash * 31) + each;
        ref string? slot = ref Shared[hash % (uint)Shared.Length];
        if (slot is { } known && known.Length == utf8.Length && Ascii.Equals(utf8, known))
            return known;
        string text = reader.GetString()!;
        slot = text;
        return text;
    }

    /// <summary>The id in the string or the property name the reader stands on.</summary>
    public static Guid ReadGuid(ref Utf8JsonReader reader)
    {
        if (!reader.HasValueSequence && !reader.ValueIsEscaped)
            return ParseGuid(reader.ValueSpan);
        // Cut between two pieces of the stream, or written with escapes.
        if ((reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length) > LongestEscapedGuid)
            throw OvsdbException.Protocol("A row's id is no UUID.");
        Span<byte> copy = stackalloc byte[LongestEscapedGuid];
        return ParseGuid(copy[..reader.CopyString(copy)]);
    }

    private static Guid ParseGuid(ReadOnlySpan<byte> utf8) =>
        utf8.Length == 36 && Utf8Parser.TryParse(utf8, out Guid uuid, out int used) && used == 36 ? uuid : throw OvsdbException.Protocol("A row's id is no UUID.");

    /// <summary>The next token, which must be there.</summary>
    public static void Next(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
            throw OvsdbException.Protocol("A message ends too early.");
    }

    /// <summary>The next token, which must be this one.</summary>
    public static void Next(ref Utf8JsonReader reader, JsonTokenType expected)
    {
        Next(ref reader);
        Expect(ref reader, expected);
    }

    public static void Expect(ref Utf8JsonReader reader, JsonTokenType expected)
    {
        if (reader.TokenType != expected)
            throw OvsdbException.Protocol($"A message has {reader.TokenType} where {expected} belongs.");
    }

    /// <summary>Passes over the value the reader stands on.</summary>
    public static void Skip(ref Utf8JsonReader reader)
    {
        if (!reader.TrySkip())
            throw OvsdbException.Protocol("A message ends too early.");
    }

    /// <summary>Whether the array the reader stands on begins with this tag, as in <c>["set", ...]</c>.</summary>
    public static bool IsTagged(in Utf8JsonReader reader, ReadOnlySpan<byte> tag)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            return false;
        Utf8JsonReader ahead = reader;
        return ahead.Read() && ahead.TokenType == JsonTokenType.String && ahead.ValueTextEquals(tag);
    }
}
