using LimiQuantix.Guest.Agent.Native;
using LimiQuantix.Guest.Protos;

namespace LimiQuantix.Guest.Agent;

/// <summary>
/// What the guest's owner refuses: a file of lines <c>refuse = exec, files</c>; # begins a comment. A file that cannot be understood
/// refuses everything but info: a slip of the pen must not open what was to be shut.
/// </summary>
internal sealed class Policy
{
    /// <summary>The groups of verbs.</summary>
    public static readonly string[] Groups = ["info", "exec", "files", "freeze", "disks", "time", "accounts", "power", "telemetry"];

    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);

    private Policy(IEnumerable<string> refused) => _refused.UnionWith(refused);

    public static Policy None { get; } = new([]);

    public static Policy Load(string path)
    {
        if (FileDescriptor.ReadText(path) is not { } text)
        {
            // Absent is one thing; there and unreadable another.
            return Errno.Last == Errno.NoEntry ? None : new Policy(Groups.Where(g => g != "info"));
        }

        return Parse(text, out string? fault) is { } policy ? policy : Shut(path, fault);
    }

    /// <summary>Null and the fault when the text cannot be understood.</summary>
    public static Policy? Parse(string text, out string? fault)
    {
        fault = null;
        HashSet<string> refused = new(StringComparer.Ordinal);
        foreach (string full in text.Split('\n'))
        {
            string line = full.Split('#')[0].Trim();
            if (line.Length == 0)
                continue;
            string[] sides = line.Split('=', 2);
            if (sides.Length != 2 || sides[0].Trim() != "refuse")
            {
                fault = $"'{line}' is not 'refuse = GROUP, …'";
                return null;
            }

            foreach (string group in sides[1].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                if (!Groups.Contains(group))
                {
                    fault = $"there is no group '{group}': {string.Join(", ", Groups)}";
                    return null;
                }

                refused.Add(group);
            }
        }

        return new Policy(refused);
    }

    public bool Refuses(string group) => _refused.Contains(group);

    public static string GroupOf(Request.VerbOneofCase verb) => verb switch
    {
        Request.VerbOneofCase.Info or Request.VerbOneofCase.FreezeStatus => "info",
        Request.VerbOneofCase.Exec or Request.VerbOneofCase.Attach or Request.VerbOneofCase.ExecList or Request.VerbOneofCase.Forget => "exec",
        Request.VerbOneofCase.Freeze or Request.VerbOneofCase.Thaw => "freeze",
        Request.VerbOneofCase.Trim or Request.VerbOneofCase.Grow => "disks",
        Request.VerbOneofCase.SetTime => "time",
        Request.VerbOneofCase.SetPassword or Request.VerbOneofCase.SshKeys => "accounts",
        Request.VerbOneofCase.Power => "power",
        Request.VerbOneofCase.Addresses or Request.VerbOneofCase.Telemetry => "telemetry",
        _ => "files",
    };

    private static Policy Shut(string path, string? fault)
    {
        Log.Write($"{path}: {fault}; everything but info is refused until that is mended");
        return new Policy(Groups.Where(g => g != "info"));
    }
}
