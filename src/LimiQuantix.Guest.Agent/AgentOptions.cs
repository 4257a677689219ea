namespace LimiQuantix.Guest.Agent;

/// <summary>How the agent was started.</summary>
internal sealed record AgentOptions
{
    /// <summary>The port's name below /dev/virtio-ports.</summary>
    public const string PortName = "org.limiquantix.guest.0";

    /// <summary>A device, a socket, or <c>fd:N</c>.</summary>
    public string Port { get; init; } = "/dev/virtio-ports/" + PortName;

    /// <summary>What the guest's owner turns off.</summary>
    public string Policy { get; init; } = "/etc/limiquantix/guest-agent.conf";

    /// <summary>What must outlive the agent and not the boot: detached programs, the mark of a freeze.</summary>
    public string State { get; init; } = "/run/limiquantix";

    /// <summary>The folder of freeze hooks.</summary>
    public string Hooks { get; init; } = "/etc/limiquantix/freeze.d";

    /// <summary>This program, to be started again as a child's first program.</summary>
    public string Self { get; init; } = Environment.ProcessPath ?? "/proc/self/exe";

    /// <summary>Whether each program gets a scope of systemd.</summary>
    public bool UseScopes { get; init; } = Directory.Exists("/run/systemd/system") && File.Exists("/usr/bin/systemd-run");

    public static AgentOptions Parse(IReadOnlyList<string> arguments)
    {
        AgentOptions options = new();
        for (int i = 0; i < arguments.Count; i += 2)
        {
            string value = i + 1 < arguments.Count ? arguments[i + 1] : throw new ArgumentException($"{arguments[i]} needs a value");
            options = arguments[i] switch
            {
                "--port" => options with { Port = value },
                "--policy" => options with { Policy = value },
                "--state" => options with { State = value },
                "--hooks" => options with { Hooks = value },
                "--scopes" => options with { UseScopes = value == "yes" },
                _ => throw new ArgumentException($"there is no option {arguments[i]}: --port PATH, --policy FILE, --state FOLDER, --hooks FOLDER, --scopes yes|no"),
            };
        }

        return options;
    }
}
