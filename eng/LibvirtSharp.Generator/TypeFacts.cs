using System.Text.Json;

namespace LibvirtSharp.Generator;

/// <summary>One XDR type. A typedef has one field; a union's fields are its cases.</summary>
internal sealed record TypeFacts(string Kind, string Name, string Program, IReadOnlyList<FieldFacts> Fields)
{
    public static TypeFacts Read(JsonElement type, string program)
    {
        string kind = type.GetProperty("kind").GetString()!;
        IEnumerable<FieldFacts> fields = kind switch
        {
            "typedef" => [FieldFacts.Read(type)],
            "struct" => type.GetProperty("fields").EnumerateArray().Select(FieldFacts.Read),
            "union" => type.GetProperty("cases").EnumerateArray().Select(FieldFacts.Read),
            _ => [],
        };
        return new TypeFacts(kind, type.GetProperty("name").GetString()!, program, fields.ToArray());
    }
}
