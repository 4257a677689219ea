using System.Buffers;
using System.Text.Json;
using Ovsdb.Json;

namespace Ovsdb.Rpc;

/// <summary>Reads a message (JSON-RPC 1.0, RFC 7047 section 4) and gives it to whom it is for.</summary>
internal sealed class MessageDispatcher(CallTable calls, INotificationSink sink)
{
    /// <summary>Reads one message.</summary>
    /// <returns>An answer that is to be sent, or null.</returns>
    /// <exception cref="OvsdbException">It is none.</exception>
    public byte[]? Dispatch(ReadOnlySequence<byte> message)
    {
        Utf8JsonReader reader = message.IsSingleSegment
            ? new Utf8JsonReader(message.FirstSpan, JsonText.ReaderOptions)
            : new Utf8JsonReader(message, JsonText.ReaderOptions);
        Utf8JsonReader id = default, parameters = default, result = default, error = default;
        bool hasId = false, hasParameters = false, hasResult = false, hasError = false;
        string? method = null;
        PendingCall? call = null;
        bool isRead = false;
        JsonText.Next(ref reader, JsonTokenType.StartObject);
        for (JsonText.Next(ref reader); reader.TokenType != JsonTokenType.EndObject; JsonText.Next(ref reader))
        {
            if (reader.ValueTextEquals("id"u8))
            {
                JsonText.Next(ref reader);
                hasId = reader.TokenType != JsonTokenType.Null;
                id = reader;
                if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long number))
                    call = calls.Find(number);
                JsonText.Skip(ref reader);
            }
            else if (reader.ValueTextEquals("method"u8))
            {
                JsonText.Next(ref reader);
                method = JsonText.ReadString(ref reader);
            }
            else if (reader.ValueTextEquals("params"u8))
            {
                JsonText.Next(ref reader);
                parameters = reader;
                hasParameters = true;
                JsonText.Skip(ref reader);
            }
            else if (reader.ValueTextEquals("result"u8))
            {
                JsonText.Next(ref reader);
                result = reader;
                hasResult = reader.TokenType != JsonTokenType.Null;
                // ovsdb-server says first whose result it is, so that a large one is read once.
                if (hasResult && call is not null && method is null && !isRead)
                {
                    call.ReadResult(ref reader);
                    isRead = true;
                }
                else
                {
                    JsonText.Skip(ref reader);
                }
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                JsonText.Next(ref reader);
                error = reader;
                hasError = reader.TokenType != JsonTokenType.Null;
                JsonText.Skip(ref reader);
            }
            else
            {
                JsonText.Next(ref reader);
                JsonText.Skip(ref reader);
            }
        }

        if (method is not null)
            return Request(method, hasId, ref id, hasParameters, ref parameters);
        if (!hasId)
            throw OvsdbException.Protocol("The server sent a message that is neither a call nor an answer.");
        // The answer to a call whose caller waits no longer is passed over.
        if (call is null)
            return null;
        if (hasError)
        {
            calls.Take(call)?.Fail(Refusal(call.Method, ref error));
            return null;
        }

        if (!isRead)
            call.ReadResult(ref result);
        calls.Take(call)?.Complete();
        return null;
    }

    private static OvsdbException Refusal(string method, ref Utf8JsonReader error)
    {
        using JsonDocument document = JsonDocument.ParseValue(ref error);
        JsonElement json = document.RootElement;
        string? name = Text(json, "error"), details = Text(json, "details");
        name ??= json.ValueKind == JsonValueKind.String ? json.GetString() : json.GetRawText();
        string? syntax = Text(json, "syntax");
        return new OvsdbException(
            OvsdbErrorKind.Refused,
            $"The server refused {method}: {name}{(details is null ? "" : $": {details}")}{(syntax is null ? "" : $" (at {(syntax.Length > 200 ? syntax[..200] + "…" : syntax)})")}")
        {
            ServerError = name,
            Details = details,
        };
    }

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    private byte[]? Request(string method, bool hasId, ref Utf8JsonReader id, bool hasParameters, ref Utf8JsonReader parameters)
    {
        if (!hasId)
        {
            if (!hasParameters)
                throw OvsdbException.Protocol($"The server's notification {method} has no parameters.");
            sink.Notify(method, ref parameters);
            return null;
        }

        // RFC 7047 section 4.1.11: what is not echoed ends the connection.
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, JsonText.WriterOptions))
        {
            bool echo = method == "echo" && hasParameters;
            writer.WriteStartObject();
            writer.WritePropertyName("id"u8);
            Copy(ref id, writer);
            writer.WritePropertyName("result"u8);
            if (echo)
                Copy(ref parameters, writer);
            else
                writer.WriteNullValue();
            writer.WritePropertyName("error"u8);
            if (echo)
                writer.WriteNullValue();
            else
                writer.WriteStringValue("unknown method"u8);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Copy(ref Utf8JsonReader reader, Utf8JsonWriter writer)
    {
        using JsonDocument document = JsonDocument.ParseValue(ref reader);
        document.RootElement.WriteTo(writer);
    }
}
