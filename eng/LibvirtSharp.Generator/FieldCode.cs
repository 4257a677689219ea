namespace LibvirtSharp.Generator;

/// <summary>How a field looks in C#: its type, how it is read from and written to the wire, its least size in bytes.</summary>
internal sealed record FieldCode(string Type, string ArgumentType, string Read, Func<string, string> Write, int LeastSize)
{
    public static FieldCode Of(ProtocolFacts facts, FieldFacts field)
    {
        if (field.Type is "opaque" or "char" && (field.Max ?? field.Length) is { } size)
            return Bytes(field, facts.Bound(size));
        FieldCode single = Single(facts, field.Type);
        if (field.Optional)
            return single with { Type = single.Type + "?", ArgumentType = single.ArgumentType + "?", Read = Optional(single), Write = WriteOptional(single), LeastSize = 4 };
        if (field.Max is null)
            return single;
        int max = facts.Bound(field.Max);
        string reader = single.Read.EndsWith(".Read(ref r)", StringComparison.Ordinal) ? single.Read.Replace("(ref r)", "", StringComparison.Ordinal)
            : $"static (ref XdrReader r) => {single.Read}";
        return new FieldCode(
            single.Type + "[]",
            $"ReadOnlySpan<{single.Type}>",
            $"r.Array({max}, {single.LeastSize}, {reader})",
            value => $"w.Count({value}.Length, {max}); foreach ({single.Type} item in {value}) {single.Write("item")}",
            4);
    }

    private static FieldCode Single(ProtocolFacts facts, string type) => type switch
    {
        "int" => Plain("int", "Int", 4),
        "unsigned int" => Plain("uint", "UInt", 4),
        "hyper" => Plain("long", "Hyper", 8),
        "unsigned hyper" => Plain("ulong", "UHyper", 8),
        "double" => Plain("double", "Double", 8),
        "char" => Plain("sbyte", "Char", 4),
        "unsigned char" => Plain("byte", "UChar", 4),
        "unsigned short" => Plain("ushort", "UShort", 4),
        "remote_uuid" => Plain("Guid", "Uuid", 16),
        _ => facts.Types[type] switch
        {
            { Kind: "typedef", Fields: [{ Type: "string" } text] } =>
                new FieldCode("string", "string", $"r.String({facts.Bound(text.Max!)})", value => $"w.String({value}, {facts.Bound(text.Max!)});", 4),
            { Kind: "typedef", Fields: [var alias] } => Of(facts, alias),
            { Kind: "enum" } => Plain("int", "Int", 4),
            var structure => new FieldCode(
                Names.Structure(type), Names.Structure(type), $"{Names.Structure(type)}.Read(ref r)", value => $"{value}.Write(w);", LeastSizeOf(facts, structure)),
        },
    };

    private static FieldCode Plain(string type, string method, int size) => new(type, type, $"r.{method}()", value => $"w.{method}({value});", size);

    private static FieldCode Bytes(FieldFacts field, int size)
    {
        string kind = field.Type == "opaque" ? "Opaque" : "Chars";
        bool counted = field.Max is not null;
        string method = counted ? kind : "Fixed" + kind;
        int least = counted ? 4 : field.Type == "opaque" ? size : size * 4;
        return new FieldCode("byte[]", "ReadOnlySpan<byte>", $"r.{method}({size})", value => $"w.{method}({value}, {size});", least);
    }

    private static string Optional(FieldCode single) => $"r.Optional() ? {single.Read} : null";

    private static Func<string, string> WriteOptional(FieldCode single) => single.Type == "string"
        ? value => $"w.Optional({value} is not null); if ({value} is not null) {single.Write(value)}"
        : value => $"w.Optional({value}.HasValue); if ({value}.HasValue) {single.Write(value + ".Value")}";

    /// <summary>What one element takes at least on the wire; bounds an array's count by the bytes that are there.</summary>
    private static int LeastSizeOf(ProtocolFacts facts, TypeFacts type) =>
        type.Kind == "union" ? 8 : type.Fields.Sum(field => Of(facts, field).LeastSize);
}
