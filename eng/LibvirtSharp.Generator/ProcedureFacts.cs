using System.Text.Json;

namespace LibvirtSharp.Generator;

/// <summary>One procedure; a message (an event) has <paramref name="Message"/> and no arguments.</summary>
internal sealed record ProcedureFacts(int Number, string Name, string? Arguments, string? Result, string? Message, string? Stream)
{
    public static ProcedureFacts Read(JsonElement procedure) => new(
        procedure.GetProperty("number").GetInt32(),
        procedure.GetProperty("name").GetString()!,
        Text(procedure, "args"),
        Text(procedure, "ret"),
        Text(procedure, "msg"),
        Text(procedure, "stream"));

    private static string? Text(JsonElement procedure, string name) =>
        procedure.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
}
