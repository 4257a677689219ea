using System.Text.Json;

namespace LimiQuantix.Hypervisor.Libvirt.Guests;

/// <summary>What an agent answered: whatever the guest chose to send, so nothing of it is trusted.</summary>
internal sealed record AgentAnswer(JsonElement Return)
{
    private const int MaximumDepth = 32;

    /// <summary>Reads an answer; <see langword="null"/> when it is none.</summary>
    public static AgentAnswer? Read(string? text)
    {
        try
        {
            using var document = JsonDocument.Parse(text ?? "", new JsonDocumentOptions { MaxDepth = MaximumDepth });
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("return", out JsonElement value)
                ? new AgentAnswer(value.Clone())
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
