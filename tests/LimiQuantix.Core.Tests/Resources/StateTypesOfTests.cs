using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using LimiQuantix.Core.Resources;

namespace LimiQuantix.Core.Tests.Resources;

/// <summary>Lets tests store documents and requests of their own. What is the engine's own is not found this way: a type that its context lacks fails the tests.</summary>
internal sealed class StateTypesOfTests : IJsonTypeInfoResolver
{
    private readonly DefaultJsonTypeInfoResolver _reflection = new();

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255:The 'ModuleInitializer' attribute should not be used in libraries", Justification = "These are tests.")]
    internal static void Register() => StateJson.Further = new StateTypesOfTests();

    public JsonTypeInfo? GetTypeInfo(Type type, JsonSerializerOptions options) => IsOfTests(type) ? _reflection.GetTypeInfo(type, options) : null;

    // And the values and lists of the system and of the contract that only their documents have.
    private static bool IsOfTests(Type type)
    {
        if (type.Assembly == typeof(StateTypesOfTests).Assembly) return true;
        if (type.IsGenericType || type.IsArray) return (type.IsArray ? [type.GetElementType()!] : type.GenericTypeArguments).All(IsOfTests);
        return type.IsEnum || type.Namespace?.StartsWith(nameof(LimiQuantix), StringComparison.Ordinal) != true;
    }
}
