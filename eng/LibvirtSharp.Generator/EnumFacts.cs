using System.Text.Json;

namespace LibvirtSharp.Generator;

/// <summary>One enum of libvirt's public API: names and values as libvirt gives them.</summary>
internal sealed record EnumFacts(string Name, IReadOnlyList<KeyValuePair<string, long>> Members)
{
    public static IReadOnlyList<EnumFacts> Read(string path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.GetProperty("enums").EnumerateObject()
            .Select(type => new EnumFacts(type.Name, type.Value.EnumerateObject()
                .Select(member => KeyValuePair.Create(member.Name, member.Value.GetInt64())).ToArray()))
            .ToArray();
    }
}
