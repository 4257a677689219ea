namespace LibvirtSharp.Generator;

/// <summary>Every generated file of LibvirtSharp: name and text.</summary>
public static class SourceFiles
{
    public static IEnumerable<(string Name, string Text)> Generate(string dataFolder)
    {
        ProtocolFacts facts = ProtocolFacts.Read(Path.Combine(dataFolder, "protocol.json"));
        yield return ("Enums.g.cs", EnumWriter.Write(EnumFacts.Read(Path.Combine(dataFolder, "enums.json"))));
        yield return ("Structures.g.cs", StructureWriter.Write(facts));
        foreach (ProgramFacts program in facts.Programs)
            yield return ($"{program.ClassName}.g.cs", ProgramWriter.Write(facts, program));
    }
}
