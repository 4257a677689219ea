using System.Text;
using LimiQuantix.Guest.Agent.Native;

namespace LimiQuantix.Guest.Agent.Execs;

/// <summary>
/// This program as the first thing in a child: it takes the terminal, becomes the user, and turns into the program that was asked for. What
/// goes wrong before that it says on descriptor 3, which the program does not inherit.
/// </summary>
internal static unsafe class ChildMode
{
    public const int ReportFd = 3;

    /// <summary>Said when nothing but execve(2) is left.</summary>
    public const char Ready = 'S';

    /// <summary>Said, with the error's number, when something failed.</summary>
    public const char Failed = 'E';

    /// <summary>Never comes back.</summary>
    public static void Run(IReadOnlyList<string> arguments)
    {
        FileDescriptor.SetCloseOnExec(ReportFd);
        ChildSettings settings = ChildSettings.Parse(arguments);
        int error = Prepare(settings);
        if (error == 0)
            error = Become(settings);
        Report($"{Failed}{error}\n");
        Libc.Exit(error == Errno.NoEntry ? 127 : 126);
    }

    public static void Report(string text) => _ = FileDescriptor.Write(ReportFd, Encoding.ASCII.GetBytes(text));

    /// <summary>Terminal, user and folder; 0 or the error's number.</summary>
    private static int Prepare(ChildSettings settings)
    {
        if (settings.Terminal is not null)
        {
            // The first terminal that a session's leader opens becomes its controlling one.
            int terminal = Libc.Open(settings.Terminal, Flags.ReadWrite, 0);
            if (terminal < 0)
                return Errno.Last;
            for (int fd = 0; fd < 3; fd++)
                _ = Libc.Duplicate(terminal, fd);
            if (terminal > 2)
                _ = Libc.Close(terminal);
        }

        if (settings.User is not null)
        {
            if (Accounts.Find(settings.User) is not { } account)
                return Errno.NoEntry;
            if (settings.Terminal is not null)
                _ = Libc.ChangeOwner(0, account.User, account.Group);
            if (Libc.SetGroupsOf(account.Name, account.Group) < 0 || Libc.SetGroup(account.Group) < 0 || Libc.SetUser(account.User) < 0)
                return Errno.Last;
        }

        return Libc.ChangeDirectory(settings.Directory) < 0 ? Errno.Last : 0;
    }

    private static int Become(ChildSettings settings)
    {
        byte* none = stackalloc byte[128];
        new Span<byte>(none, 128).Clear();
        for (int signal = 1; signal < 32; signal++)
            _ = Libc.Signal(signal, 0);
        _ = Libc.SignalMask(2, none, null);
        (string? path, int error) = Spawner.Resolve(settings.Arguments[0], settings.Environment, null);
        if (path is null)
            return error;
        using var argv = new CStrings(settings.Arguments);
        using var envp = new CStrings(settings.Environment);
        Report($"{Ready}");
        _ = Libc.Execute(path, argv.Pointers, envp.Pointers);
        return Errno.Last;
    }

    /// <summary>What stands before <c>--</c>, and the program behind it.</summary>
    internal sealed record ChildSettings
    {
        public string Directory { get; private init; } = "/";

        public string? User { get; private init; }

        public string? Terminal { get; private init; }

        public string Folder { get; private init; } = "";

        public long RingBytes { get; private init; } = 1024 * 1024;

        public IReadOnlyList<string> Arguments { get; private init; } = [];

        public IReadOnlyList<string> Environment { get; } = Inherited();

        public static ChildSettings Parse(IReadOnlyList<string> arguments)
        {
            ChildSettings settings = new();
            int i = 0;
            for (; i + 1 < arguments.Count && arguments[i] != "--"; i += 2)
            {
                settings = arguments[i] switch
                {
                    "--directory" => settings with { Directory = arguments[i + 1] },
                    "--user" => settings with { User = arguments[i + 1] },
                    "--terminal" => settings with { Terminal = arguments[i + 1] },
                    "--folder" => settings with { Folder = arguments[i + 1] },
                    "--ring" => settings with { RingBytes = long.Parse(arguments[i + 1], System.Globalization.CultureInfo.InvariantCulture) },
                    _ => settings,
                };
            }

            return settings with { Arguments = [.. arguments.Skip(i + 1)] };
        }

        /// <summary>The environment as the agent gave it, less what systemd-run adds.</summary>
        private static List<string> Inherited()
        {
            List<string> all = [];
            foreach (global::System.Collections.DictionaryEntry entry in global::System.Environment.GetEnvironmentVariables())
            {
                if ((string)entry.Key is not ("INVOCATION_ID" or "JOURNAL_STREAM" or "SYSTEMD_EXEC_PID"))
                    all.Add($"{entry.Key}={entry.Value}");
            }

            return all;
        }
    }
}
