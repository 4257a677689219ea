using System.Globalization;
using System.Text.Json;

namespace LibvirtSharp.Generator;

/// <summary>The protocol's description: constants, types, programs.</summary>
internal sealed class ProtocolFacts
{
    private static readonly Dictionary<string, int> WellKnown = new()
    {
        ["VIR_UUID_BUFLEN"] = 16,
        ["VIR_SECURITY_MODEL_BUFLEN"] = 257,
        ["VIR_SECURITY_LABEL_BUFLEN"] = 4097,
        ["VIR_SECURITY_DOI_BUFLEN"] = 257,
    };

    private readonly Dictionary<string, JsonElement> _constants = [];

    public Dictionary<string, TypeFacts> Types { get; } = [];

    public List<ProgramFacts> Programs { get; } = [];

    public static ProtocolFacts Read(string path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        JsonElement root = document.RootElement.Clone();
        var facts = new ProtocolFacts();
        foreach (string program in (string[])["remote", "qemu"])
        {
            JsonElement section = root.GetProperty(program);
            foreach (JsonProperty constant in section.GetProperty("constants").EnumerateObject())
                facts._constants[constant.Name] = constant.Value;
            foreach (JsonElement type in section.GetProperty("types").EnumerateArray())
                facts.Types.Add(type.GetProperty("name").GetString()!, TypeFacts.Read(type, program));
            facts.Programs.Add(ProgramFacts.Read(program, root.GetProperty("programs").GetProperty(program), section));
        }
        return facts;
    }

    /// <summary>A bound, which may name another constant.</summary>
    public int Bound(string text)
    {
        if (int.TryParse(text, CultureInfo.InvariantCulture, out int number) || WellKnown.TryGetValue(text, out number))
            return number;
        JsonElement value = _constants[text];
        return value.ValueKind == JsonValueKind.Number ? value.GetInt32() : Bound(value.GetString()!);
    }
}
