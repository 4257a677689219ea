using System.Text.Json;
using System.Text.Json.Serialization;

namespace LimiQuantix.Core.Resources;

/// <summary>Makes a <see cref="TolerantEnumConverter{T}"/> for every enum.</summary>
internal sealed class TolerantEnumConverterFactory : JsonConverterFactory
{
    /// <inheritdoc/>
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

    /// <inheritdoc/>
    public override JsonConverter? CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter?)Activator.CreateInstance(typeof(TolerantEnumConverter<>).MakeGenericType(typeToConvert));
}
