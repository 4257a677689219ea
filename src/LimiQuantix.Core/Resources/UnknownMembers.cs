using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace LimiQuantix.Core.Resources;

/// <summary>Carries what this version does not know from the stored document into the one that replaces it.</summary>
internal static class UnknownMembers
{
    private static readonly string[] Identities = ["id", "name"];

    /// <summary>Adds to <paramref name="next"/> every member of <paramref name="previous"/> that the type does not have, at every depth.</summary>
    /// <param name="previous">The document as it is stored, perhaps by a newer version.</param>
    /// <param name="next">The document as this version writes it.</param>
    /// <param name="type">The type of both.</param>
    public static void Keep(JsonNode? previous, JsonNode? next, JsonTypeInfo type)
    {
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object when type.PolymorphismOptions is { } union && previous is JsonObject before && next is JsonObject after:
                // Another case of a union is another thing: nothing of it is kept.
                if (CaseOf(union, after) is { } same && JsonNode.DeepEquals(before[union.TypeDiscriminatorPropertyName], after[union.TypeDiscriminatorPropertyName]))
                    KeepInObject(before, after, type.Options.GetTypeInfo(same), union.TypeDiscriminatorPropertyName);
                break;
            case JsonTypeInfoKind.Object when previous is JsonObject before && next is JsonObject after:
                KeepInObject(before, after, type);
                break;
            case JsonTypeInfoKind.Dictionary when previous is JsonObject before && next is JsonObject after:
                var value = Element(type);
                foreach (var (key, node) in after) Keep(before[key], node, value);
                break;
            case JsonTypeInfoKind.Enumerable when previous is JsonArray before && next is JsonArray after:
                KeepInArray(before, after, Element(type));
                break;
        }
    }

    private static Type? CaseOf(JsonPolymorphismOptions union, JsonObject value) => value[union.TypeDiscriminatorPropertyName] is { } kind && kind.GetValueKind() == JsonValueKind.String
        ? union.DerivedTypes.FirstOrDefault(known => known.TypeDiscriminator is string name && name == kind.GetValue<string>()).DerivedType
        : null;

    private static void KeepInObject(JsonObject previous, JsonObject next, JsonTypeInfo type, string? discriminator = null)
    {
        foreach (var (name, node) in previous)
        {
            if (name == discriminator) continue;
            var property = type.Properties.FirstOrDefault(property => property.Name == name);
            if (property is null)
            {
                next[name] = node?.DeepClone();
                continue;
            }

            var propertyType = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (propertyType.IsEnum) KeepEnum(name, node, next, propertyType);
            else Keep(node, next[name], type.Options.GetTypeInfo(propertyType));
        }
    }

    // A value of a newer version was read as Unknown; writing that back would lose it.
    private static void KeepEnum(string name, JsonNode? node, JsonObject next, Type type)
    {
        if (node?.GetValueKind() != JsonValueKind.String || next[name]?.GetValueKind() != JsonValueKind.String) return;
        if (Enum.TryParse(type, node.GetValue<string>(), ignoreCase: true, out _)) return;
        if (string.Equals(next[name]!.GetValue<string>(), Enum.GetName(type, 0), StringComparison.OrdinalIgnoreCase)) next[name] = node.DeepClone();
    }

    // Elements are the same when they have the same identity; without one, when they stand at the same place of an equally long list.
    private static void KeepInArray(JsonArray previous, JsonArray next, JsonTypeInfo type)
    {
        if (type.Kind == JsonTypeInfoKind.None) return;
        var identity = Identities.FirstOrDefault(name => type.Properties.Any(property => property.Name == name));
        for (var i = 0; i < next.Count; i++)
        {
            var element = next[i];
            var before = identity is not null && element is JsonObject item
                ? previous.FirstOrDefault(other => other is JsonObject candidate && JsonNode.DeepEquals(candidate[identity], item[identity]))
                : previous.Count == next.Count ? previous[i] : null;
            Keep(before, element, type);
        }
    }

    private static JsonTypeInfo Element(JsonTypeInfo type) => type.Options.GetTypeInfo(type.ElementType!);
}
