namespace LibvirtSharp.Ssh;

/// <summary>The ways to log in, in the order in which they are tried.</summary>
internal static class LoginOrder
{
    private const string Parameter = "sshauth";
    private static readonly string[] Names = ["agent", "privkey", "password", "keyboard-interactive"];

    /// <param name="uri">Its <c>sshauth</c> counts where it has one.</param>
    /// <param name="keysAreNamed">Then no other key is tried unless the URI wants the agent.</param>
    /// <exception cref="FormatException">One is not known.</exception>
    public static LoginWay[] Of(LibvirtUri uri, bool keysAreNamed)
    {
        if (uri.Parameter(Parameter) is { } value)
            return [.. value.Split(',').Select(Way).Distinct()];
        LoginWay[] all = Enum.GetValues<LoginWay>();
        return keysAreNamed ? all[1..] : all;
    }

    private static LoginWay Way(string name)
    {
        int way = Array.FindIndex(Names, known => known.Equals(name, StringComparison.OrdinalIgnoreCase));
        return way < 0 ? throw new FormatException($"'{name}' is no {Parameter} of a libvirt URI: {string.Join(", ", Names)}, separated by commas.") : (LoginWay)way;
    }
}
