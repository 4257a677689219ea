using System.Text.Json;

namespace LibvirtSharp.Generator;

/// <summary>One RPC program and its procedures.</summary>
internal sealed record ProgramFacts(string Name, uint Number, IReadOnlyList<ProcedureFacts> Procedures)
{
    public string ClassName => Names.Pascal(Name) + "Program";

    public string EnumName => Names.Pascal(Name) + "Procedure";

    public static ProgramFacts Read(string name, JsonElement program, JsonElement section) => new(
        name,
        program.GetProperty("program").GetUInt32(),
        section.GetProperty("procedures").EnumerateArray().Select(ProcedureFacts.Read).ToArray());
}
