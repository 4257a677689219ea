namespace LimiQuantix.Guest.Agent.Execs;

/// <summary>Signals by name: their numbers are the kernel's affair.</summary>
internal static class Signals
{
    public const int Kill = 9;
    public const int Terminate = 15;

    private static readonly Dictionary<string, int> Numbers = new(StringComparer.Ordinal)
    {
        ["HUP"] = 1, ["INT"] = 2, ["QUIT"] = 3, ["KILL"] = Kill, ["USR1"] = 10, ["USR2"] = 12, ["TERM"] = Terminate, ["CONT"] = 18, ["STOP"] = 19, ["WINCH"] = 28,
    };

    private static readonly string[] Names =
    [
        "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP",
        "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ];

    public static int? NumberOf(string name) => Numbers.TryGetValue(name, out int number) ? number : null;

    public static string NameOf(int number) => number < Names.Length ? Names[number] : $"{number}";
}
