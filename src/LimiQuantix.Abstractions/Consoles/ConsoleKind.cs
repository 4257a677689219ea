using System.Text.Json;
using System.Text.Json.Serialization;

namespace LimiQuantix.Consoles;

/// <summary>
/// A kind of console, by its name: lower-case letters, digits and inner hyphens, at most 32. Those that are known here are its constants; a plugin may
/// speak others, and a name of a newer version is kept as it is, also in JSON.
/// </summary>
[JsonConverter(typeof(ConsoleKindConverter))]
public readonly record struct ConsoleKind
{
    private const string UnknownValue = "unknown";

    // Null for the unknown kind, so that a default one is that in every way, equality and hash too.
    private readonly string? _value;

    /// <summary>Creates a kind.</summary>
    /// <param name="value">Its name.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>: not such a name.</exception>
    public ConsoleKind(string value)
    {
        if (string.IsNullOrEmpty(value) || value.Length > 32 || value[0] == '-' || value[^1] == '-'
            || !value.All(c => c is '-' or (>= 'a' and <= 'z') or (>= '0' and <= '9')))
        {
            throw new LimiQuantixException(
                ErrorCodes.InvalidArgument, $"'{value}' is not a kind of console.", "Use lower-case letters, digits and inner hyphens, at most 32.", nameof(value));
        }

        _value = value == UnknownValue ? null : value;
    }

    /// <summary>No kind that is known; the default one.</summary>
    public static ConsoleKind Unknown => default;

    /// <summary>The machine's screen, keyboard and mouse over RFB (VNC, RFC 6143).</summary>
    public static ConsoleKind Vnc { get; } = new("vnc");

    /// <summary>The machine's first serial port.</summary>
    public static ConsoleKind Serial { get; } = new("serial");

    /// <summary>Its name.</summary>
    public string Value => _value ?? UnknownValue;

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>A kind of console as its name; public for the source generators of hosts.</summary>
public sealed class ConsoleKindConverter : JsonConverter<ConsoleKind>
{
    /// <inheritdoc/>
    public override ConsoleKind Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return new ConsoleKind(reader.GetString() ?? "");
        }
        catch (Exception e) when (e is LimiQuantixException or InvalidOperationException)
        {
            throw new JsonException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ConsoleKind value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
