using System.Collections.Frozen;
using System.Text.Json.Nodes;
using LimiQuantix.Core.Images;
using LimiQuantix.Core.Machines;
using LimiQuantix.Core.Networks;
using LimiQuantix.Core.Storage;

namespace LimiQuantix.Core.Resources;

/// <summary>
/// The number of a document's shape, stored with it as <c>schema</c>; without it a document has 1. An older shape is changed into the present
/// one when it is read; a newer one is refused, because what it says would be lost.
/// </summary>
/// <param name="Current">The shape that this version writes.</param>
/// <param name="Upcast">Changes a document of an older shape, of which the number is given, into the present one.</param>
internal sealed record DocumentSchema(int Current, Action<JsonObject, int> Upcast)
{
    /// <summary>The member that has the number.</summary>
    public const string Member = "schema";

    private static readonly DocumentSchema First = new(1, (_, _) => { });

    private static readonly FrozenDictionary<Type, DocumentSchema> Schemas = new Dictionary<Type, DocumentSchema>
    {
        [typeof(MachineDocument)] = new(3, MachineDocument.Upcast),
        [typeof(ImageDocument)] = new(2, ImageDocument.Upcast),
        [typeof(VolumeDocument)] = new(2, VolumeDocument.Upcast),
        [typeof(NetworkDocument)] = new(2, NetworkDocument.Upcast),
    }.ToFrozenDictionary();

    /// <summary>The schema of a document's type: 1, unless its shape has changed.</summary>
    public static DocumentSchema Of(Type type) => Schemas.GetValueOrDefault(type, First);

    /// <summary>The number that a document has.</summary>
    public static int NumberOf(JsonObject document) =>
        document[Member] is JsonValue value && value.TryGetValue(out int number) && number > 0 ? number : 1;

    /// <summary>Moves members into one that is new.</summary>
    public static void Nest(JsonObject document, string into, params ReadOnlySpan<string> members)
    {
        JsonObject nested = [];
        foreach (var member in members)
        {
            if (!document.ContainsKey(member)) continue;
            var value = document[member];
            document.Remove(member);
            nested[member] = value;
        }

        document[into] = nested;
    }
}
