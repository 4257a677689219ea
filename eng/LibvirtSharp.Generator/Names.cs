using System.Globalization;
using System.Text;

namespace LibvirtSharp.Generator;

/// <summary>From libvirt's names to C#'s.</summary>
internal static class Names
{
    /// <summary>DOMAIN_GET_INFO and cpu_time become DomainGetInfo and CpuTime; nrVirtCpu becomes NrVirtCpu.</summary>
    public static string Pascal(string name)
    {
        var result = new StringBuilder();
        foreach (string part in name.Split('_', StringSplitOptions.RemoveEmptyEntries))
        {
            bool shouted = !part.Any(char.IsAsciiLetterLower);
            result.Append(char.ToUpperInvariant(part[0])).Append(shouted ? part[1..].ToLowerInvariant() : part[1..]);
        }
        string text = result.ToString();
        return char.IsAsciiDigit(text[0]) ? "Value" + text : text;
    }

    public static string Camel(string name)
    {
        string pascal = Pascal(name);
        return "@" + pascal[..1].ToLower(CultureInfo.InvariantCulture) + pascal[1..];
    }

    /// <summary>remote_nonnull_domain becomes DomainRef, remote_domain_get_info_ret DomainGetInfoRet.</summary>
    public static string Structure(string name)
    {
        string bare = name.StartsWith("remote_", StringComparison.Ordinal) && name != "remote_error" ? name["remote_".Length..] : name;
        return bare.StartsWith("nonnull_", StringComparison.Ordinal) ? Pascal(bare["nonnull_".Length..]) + "Ref" : Pascal(bare);
    }
}
