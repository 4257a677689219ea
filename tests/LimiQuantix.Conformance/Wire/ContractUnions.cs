using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace LimiQuantix.Conformance.Wire;

/// <summary>
/// The contract's unions: abstract records whose cases are the sealed records of the same assembly. They are found there, so that a new case
/// cannot be forgotten. A case is named by its type's name.
/// </summary>
public static class ContractUnions
{
    /// <summary>Writes unions as objects with a <c>kind</c>.</summary>
    public static IJsonTypeInfoResolver Resolver { get; } = new DefaultJsonTypeInfoResolver { Modifiers = { NameCases } };

    /// <summary>Whether a type is one of the contract's unions. What all queries have is none: every noun's verbs take that noun's query.</summary>
    public static bool IsUnion(Type type) =>
        type.IsAbstract && type.IsClass && type.Assembly == typeof(IProvider).Assembly && IsRecord(type) && type != typeof(ResourceQuery);

    /// <summary>The cases of a union.</summary>
    public static IReadOnlyList<Type> CasesOf(Type union) =>
        [.. union.Assembly.GetTypes().Where(type => type.IsSubclassOf(union) && !type.IsAbstract).OrderBy(type => type.Name, StringComparer.Ordinal)];

    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null;

    private static void NameCases(JsonTypeInfo info)
    {
        // What is no data crosses beside it.
        if (info.Properties.FirstOrDefault(property => property.PropertyType == typeof(Stream)) is { } stream) info.Properties.Remove(stream);
        if (!IsUnion(info.Type)) return;
        info.PolymorphismOptions = new JsonPolymorphismOptions { TypeDiscriminatorPropertyName = "kind" };
        foreach (var type in CasesOf(info.Type))
        {
            // A case that holds an open stream cannot be a value; the proxies carry it as a channel.
            if (type.GetProperties().Any(property => typeof(Stream).IsAssignableFrom(property.PropertyType))) continue;
            info.PolymorphismOptions.DerivedTypes.Add(new JsonDerivedType(type, JsonNamingPolicy.CamelCase.ConvertName(type.Name)));
        }
    }
}
