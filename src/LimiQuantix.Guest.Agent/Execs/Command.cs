using LimiQuantix.Guest.Agent.Native;
using LimiQuantix.Guest.Protos;

namespace LimiQuantix.Guest.Agent.Execs;

/// <summary>An exec request, checked and completed: how this guest runs it.</summary>
internal sealed record Command
{
    private const int MaxArguments = 4096;

    public required IReadOnlyList<string> Arguments { get; init; }

    public required IReadOnlyList<string> Environment { get; init; }

    /// <summary>The user to become, or null for the agent's own.</summary>
    public required string? User { get; init; }

    public required string Directory { get; init; }

    /// <exception cref="AgentException">The request makes no sense here.</exception>
    public static Command Of(ExecRequest request)
    {
        if (request.Argv.Count == 0 || request.Argv[0].Length == 0)
            throw new AgentException(Code.Invalid, "argv[0] is empty");
        if (request.Argv.Count > MaxArguments || request.Environment.Count > MaxArguments)
            throw new AgentException(Code.Invalid, $"more than {MaxArguments} arguments or variables");
        if (request.Argv.Any(a => a.Contains('\0', StringComparison.Ordinal)))
            throw new AgentException(Code.Invalid, "an argument holds a NUL");
        uint self = Libc.EffectiveUser();
        Accounts.Account? account = request.User.Length > 0 ? Accounts.Get(request.User)
            : Accounts.Find(self.ToString(System.Globalization.CultureInfo.InvariantCulture));
        string home = account is { Home.Length: > 0 } ? account.Home : "/";
        string directory = request.Directory.Length > 0 ? request.Directory : global::System.IO.Directory.Exists(home) ? home : "/";
        Dictionary<string, string> environment = new(StringComparer.Ordinal)
        {
            ["PATH"] = Spawner.DefaultPath,
            ["HOME"] = home,
            ["USER"] = account?.Name ?? "root",
            ["LOGNAME"] = account?.Name ?? "root",
            ["SHELL"] = account is { Shell.Length: > 0 } ? account.Shell : "/bin/sh",
            ["LANG"] = "C.UTF-8",
        };
        if (request.Terminal is not null)
            environment["TERM"] = "xterm-256color";
        foreach (EnvironmentVariable variable in request.Environment)
        {
            if (variable.Name.Length == 0 || variable.Name.AsSpan().IndexOfAny('=', '\0') >= 0 || variable.Value.Contains('\0', StringComparison.Ordinal))
                throw new AgentException(Code.Invalid, "a variable's name is empty or holds '=' or NUL");
            environment[variable.Name] = variable.Value;
        }

        return new Command
        {
            Arguments = [.. request.Argv],
            Environment = [.. environment.Select(e => $"{e.Key}={e.Value}")],
            User = account is not null && account.User != self ? account.Name : null,
            Directory = directory,
        };
    }

    /// <summary>What is run instead of the program itself, where a scope, a user or a terminal must be set up first.</summary>
    /// <param name="options">The agent's.</param>
    /// <param name="mode"><c>--child</c> or <c>--supervise</c>.</param>
    /// <param name="settings">More of the mode's settings.</param>
    /// <param name="scope">The name of its scope, or null.</param>
    public IReadOnlyList<string> Wrapped(AgentOptions options, string mode, IEnumerable<string> settings, string? scope)
    {
        List<string> all = [];
        if (scope is not null)
            all.AddRange(["/usr/bin/systemd-run", "--scope", "--quiet", "--collect", $"--unit={scope}", "--description=A program of the LimiQuantix guest agent", "--"]);
        all.AddRange([options.Self, mode, "--directory", Directory]);
        if (User is not null)
            all.AddRange(["--user", User]);
        all.AddRange(settings);
        all.Add("--");
        all.AddRange(Arguments);
        return all;
    }
}
