using LimiQuantix.Guest.Agent.Native;

namespace LimiQuantix.Guest.Agent.Execs;

/// <summary>Starts programs by posix_spawn(3): safe in a process with threads, which fork is not.</summary>
internal static unsafe class Spawner
{
    private const short SetSignalDefaults = 4;
    private const short SetSignalMask = 8;
    private const short NewSession = 0x80;

    public const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>Starts a program in a session of its own, without the agent's descriptors and signal settings.</summary>
    /// <param name="path">The program's file.</param>
    /// <param name="arguments">Its arguments, itself first.</param>
    /// <param name="environment">NAME=VALUE.</param>
    /// <param name="directory">Where it runs, or null.</param>
    /// <param name="descriptors">Its descriptors 0, 1, 2 and so on.</param>
    /// <param name="process">Its process id.</param>
    /// <returns>0, or the error's number.</returns>
    public static int Start(
        string path, IReadOnlyList<string> arguments, IReadOnlyList<string> environment, string? directory, ReadOnlySpan<int> descriptors, out int process)
    {
        byte* actions = stackalloc byte[512];
        byte* attributes = stackalloc byte[1024];
        byte* signals = stackalloc byte[128];
        using var argv = new CStrings(arguments);
        using var envp = new CStrings(environment);
        _ = Libc.InitActions(actions);
        _ = Libc.InitAttributes(attributes);
        try
        {
            for (int i = 0; i < descriptors.Length; i++)
                _ = Libc.AddDuplicate(actions, descriptors[i], i);
            if (directory is not null)
                _ = Libc.AddChangeDirectory(actions, directory);
            new Span<byte>(signals, 128).Clear();
            _ = Libc.SetSignalMask(attributes, signals);
            new Span<byte>(signals, 128).Fill(0xFF);
            _ = Libc.SetSignalDefaults(attributes, signals);
            _ = Libc.SetFlags(attributes, SetSignalDefaults | SetSignalMask | NewSession);
            int id;
            int error = Libc.Spawn(&id, path, actions, attributes, argv.Pointers, envp.Pointers);
            process = id;
            return error;
        }
        finally
        {
            _ = Libc.DestroyActions(actions);
            _ = Libc.DestroyAttributes(attributes);
        }
    }

    /// <summary>The file that a program's name means, as execvp(3) finds it; or 0 and the error's number.</summary>
    public static (string? Path, int Error) Resolve(string program, IReadOnlyList<string> environment, string? directory)
    {
        if (program.Contains('/', StringComparison.Ordinal))
        {
            string full = program[0] == '/' || directory is null ? program : $"{directory}/{program}";
            int error = Check(full);
            return error == 0 ? (program, 0) : (null, error);
        }

        int result = Errno.NoEntry;
        string path = environment.LastOrDefault(e => e.StartsWith("PATH=", StringComparison.Ordinal))?[5..] ?? DefaultPath;
        foreach (string folder in path.Split(':'))
        {
            string candidate = folder.Length == 0 ? program : $"{folder}/{program}";
            int error = Check(candidate);
            if (error == 0)
                return (candidate, 0);
            if (error == Errno.Access)
                result = error;
        }

        return (null, result);
    }

    /// <summary>A child's end: its exit code, or 128 and the signal that ended it.</summary>
    public static (int ExitCode, int Signal) Ended(int status) =>
        (status & 0x7F) == 0 ? ((status >> 8) & 0xFF, 0) : (128 + (status & 0x7F), status & 0x7F);

    private static int Check(string path)
    {
        Libc.FileFacts facts;
        if (Libc.StatX(Flags.CurrentFolder, path, 0, 0x7FF, &facts) < 0)
            return Errno.Last == Errno.NotFolder ? Errno.NoEntry : Errno.Last;
        return (facts.Mode & 0xF000) == 0x8000 && (facts.Mode & 0x49) != 0 ? 0 : Errno.Access;
    }
}
