using System.Text.Json.Nodes;

namespace LimiQuantix.Hypervisor.Libvirt.Guests;

/// <summary>What is said to QEMU's guest agent, and what its refusals mean.</summary>
internal static class AgentWords
{
    private const int MaxLength = 500;

    /// <summary>A command as JSON.</summary>
    public static string Command(string name, JsonObject? arguments)
    {
        var command = new JsonObject { ["execute"] = name };
        if (arguments is not null) command["arguments"] = arguments;
        return command.ToJsonString();
    }

    /// <summary>Whether the guest has no file of the name. The system's part of the words is in the guest's language, and English by default.</summary>
    public static bool SayThatThereIsNoFile(string words) =>
        words.Contains("failed to open file", StringComparison.Ordinal)
        && (words.Contains("No such file or directory", StringComparison.Ordinal) || words.Contains("cannot find the", StringComparison.Ordinal));

    /// <summary>The error of a refusal: by the guest's policy, or by what the guest cannot do.</summary>
    public static LimiQuantixException Refused(string words, string command, Guid machineId)
    {
        string shown = string.Concat(words.Take(MaxLength).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
        bool isPolicy = words.Contains("has been disabled", StringComparison.Ordinal) || words.Contains("has not been found", StringComparison.Ordinal)
            || words.Contains("is not allowed", StringComparison.Ordinal) || words.Contains("not found", StringComparison.Ordinal);
        return isPolicy
            ? new LimiQuantixException(
                ErrorCodes.AgentRefused, $"The agent in the guest refuses '{command}': {shown}", "Allow the command in the guest's configuration of qemu-guest-agent.",
                machineId.ToString("D"))
            : new LimiQuantixException(ErrorCodes.FailedPrecondition, $"The agent in the guest could not do '{command}': {shown}", target: machineId.ToString("D"));
    }

    /// <summary>The error of an answer that is none.</summary>
    public static LimiQuantixException Nonsense(string command, Guid machineId) => new(
        ErrorCodes.AgentSilent, $"What the agent in the guest answered to '{command}' is no answer.", "Look at qemu-guest-agent in the guest.",
        machineId.ToString("D"));
}
