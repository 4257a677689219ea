using System.Text.Json;

namespace LibvirtSharp.Generator;

/// <summary>One field: its XDR type, a variable bound, a fixed length, a union's discriminant.</summary>
internal sealed record FieldFacts(string Name, string Type, string? Max, string? Length, bool Optional, string? Case)
{
    public static FieldFacts Read(JsonElement field) => new(
        field.GetProperty("name").GetString()!,
        field.GetProperty("type").GetString()!,
        Text(field, "max"),
        Text(field, "length"),
        field.TryGetProperty("optional", out JsonElement optional) && optional.GetBoolean(),
        Text(field, "value"));

    private static string? Text(JsonElement field, string name) =>
        field.TryGetProperty(name, out JsonElement value) ? value.ToString() : null;
}
