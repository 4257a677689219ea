namespace LimiQuantix.Guest;

/// <summary>A program to run in the guest. No shell reads it: for one, run <c>["/bin/sh", "-c", line]</c>.</summary>
public sealed record GuestCommand
{
    /// <summary>The program, a path or a name of the guest's PATH, and its arguments.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>The user who runs it. Null: the agent's, root.</summary>
    public string? User { get; init; }

    /// <summary>Where it runs. Null: the user's home, or / .</summary>
    public string? Directory { get; init; }

    /// <summary>Variables beside PATH, HOME, USER, LOGNAME, SHELL and LANG, which the agent sets and these may replace.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>After so long it is asked to end, five seconds later killed. Null: never.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>With a terminal of that size; its error output is then its output. Null: pipes.</summary>
    public GuestTerminalSize? Terminal { get; init; }

    /// <summary>Whether something will be written to its input. Otherwise it reads an end of file.</summary>
    public bool HasInput { get; init; }

    /// <summary>
    /// Set: it outlives the session and the agent's restart, and is found again under this name (letters, digits, '-', up to 64). It has no input.
    /// Null: it ends with the session.
    /// </summary>
    public string? DetachedId { get; init; }

    /// <summary>How much of each output of a detached program is kept, 4 KiB to 16 MiB. Default 1 MiB.</summary>
    public int KeptOutputBytes { get; init; } = 1024 * 1024;

    /// <summary>The size of a terminal in characters.</summary>
    public readonly record struct GuestTerminalSize(int Columns, int Rows);
}
