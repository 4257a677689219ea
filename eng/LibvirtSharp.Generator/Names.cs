using System.Globalization;
using System.Text;

namespace LibvirtSharp.Generator;

/// <summary>From libvirt's names to C#'s.</summary>
internal static class Names
{
    /// <summary>What libvirt writes as one word though it is two, or as a word though it is an abbreviation: two letters stay capitals, three do not.</summary>
    private static readonly Dictionary<string, string> Words = new()
    {
        ["authname"] = "AuthName", ["autodestroy"] = "AutoDestroy", ["coredump"] = "CoreDump", ["crashloaded"] = "CrashLoaded",
        ["dirtyrate"] = "DirtyRate", ["echoprompt"] = "EchoPrompt", ["fd"] = "FD", ["filesystem"] = "FileSystem", ["fsfreeze"] = "FSFreeze",
        ["fsinfo"] = "FSInfo", ["fsthaw"] = "FSThaw", ["fstrim"] = "FSTrim", ["injectnmi"] = "InjectNmi", ["io"] = "IO", ["ioerror"] = "IOError",
        ["iothread"] = "IOThread", ["ip"] = "IP", ["ipv4"] = "IPv4", ["ipv6"] = "IPv6", ["keepalive"] = "KeepAlive", ["llong"] = "LLong",
        ["managedsave"] = "ManagedSave", ["nocase"] = "NoCase", ["nodedev"] = "NodeDevice", ["noechoprompt"] = "NoEchoPrompt", ["nostate"] = "NoState",
        ["nowait"] = "NoWait", ["nwfilter"] = "NwFilter", ["os"] = "OS", ["peer2peer"] = "PeerToPeer", ["pm"] = "PM", ["pmsuspend"] = "PMSuspend",
        ["pmsuspended"] = "PMSuspended", ["pmwakeup"] = "PMWakeup", ["portgroup"] = "PortGroup", ["postcopy"] = "PostCopy", ["poweroff"] = "PowerOff",
        ["ro"] = "ReadOnly", ["skipauth"] = "SkipAuth", ["timezone"] = "TimeZone", ["uint"] = "UInt", ["ullong"] = "ULLong", ["zerocopy"] = "ZeroCopy",
    };

    /// <summary>DOMAIN_GET_INFO and cpu_time become DomainGetInfo and CpuTime; nrVirtCpu becomes NrVirtCpu.</summary>
    public static string Pascal(string name)
    {
        var result = new StringBuilder();
        foreach (string part in name.Split('_', StringSplitOptions.RemoveEmptyEntries))
        {
            bool shouted = !part.Any(char.IsAsciiLetterLower);
            if (Words.TryGetValue(shouted ? part.ToLowerInvariant() : part, out string? words))
                result.Append(words);
            else
                result.Append(char.ToUpperInvariant(part[0])).Append(shouted ? part[1..].ToLowerInvariant() : part[1..]);
        }
        string text = result.ToString();
        return char.IsAsciiDigit(text[0]) ? "Value" + text : text;
    }

    public static string Camel(string name)
    {
        string pascal = Pascal(name);
        int capitals = pascal.TakeWhile(char.IsAsciiLetterUpper).Count();
        // An abbreviation's last capital begins the next word.
        int lowered = capitals > 1 && capitals < pascal.Length ? capitals - 1 : Math.Max(capitals, 1);
        return "@" + pascal[..lowered].ToLower(CultureInfo.InvariantCulture) + pascal[lowered..];
    }

    /// <summary>remote_nonnull_domain becomes DomainRef, remote_domain_get_info_ret DomainGetInfoRet.</summary>
    public static string Structure(string name)
    {
        // The object surface has a record of the name that it would get.
        if (name == "remote_domain_iothread_info")
            return "DomainIOThread";
        string bare = name.StartsWith("remote_", StringComparison.Ordinal) && name != "remote_error" ? name["remote_".Length..] : name;
        return bare.StartsWith("nonnull_", StringComparison.Ordinal) ? Pascal(bare["nonnull_".Length..]) + "Ref" : Pascal(bare);
    }
}
