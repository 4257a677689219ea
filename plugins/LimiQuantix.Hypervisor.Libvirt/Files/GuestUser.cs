using System.Globalization;
using System.Xml.Linq;

namespace LimiQuantix.Hypervisor.Libvirt.Files;

/// <summary>The user that libvirt runs QEMU as. libvirt takes root's privileges from it: even as root it needs the mode's bits.</summary>
internal sealed record GuestUser(uint User, IReadOnlySet<uint> Groups)
{
    /// <summary>The user's name, or its number.</summary>
    public string Name { get; init; } = User.ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// The user that a daemon's capabilities name (its <c>dac</c> security model's base label, <c>+64055:+107</c>); without one, a session
    /// daemon's: this process's own.
    /// </summary>
    public static GuestUser Of(XElement capabilities)
    {
        string? label = capabilities.Element("host")?.Elements("secmodel")
            .FirstOrDefault(model => (string?)model.Element("model") == "dac")?.Element("baselabel")?.Value;
        string[] parts = label?.Split(':') ?? [];
        return parts is [['+', .. string user], ['+', .. string group]]
            && uint.TryParse(user, CultureInfo.InvariantCulture, out uint userId) && uint.TryParse(group, CultureInfo.InvariantCulture, out uint groupId)
                ? Known(userId, groupId)
                : Known(Posix.EffectiveUser, null);
    }

    /// <summary>Whether the user may pass through a folder, by its owner and mode.</summary>
    public bool MayEnter(FileOwner folder) => Has(folder, UnixFileMode.UserExecute, UnixFileMode.GroupExecute, UnixFileMode.OtherExecute);

    private bool Has(FileOwner file, UnixFileMode asOwner, UnixFileMode asGroup, UnixFileMode asOther) =>
        file.Mode.HasFlag(file.User == User ? asOwner : Groups.Contains(file.Group) ? asGroup : asOther);

    private static GuestUser Known(uint user, uint? group)
    {
        string id = user.ToString(CultureInfo.InvariantCulture);
        string[]? account = Lines("/etc/passwd").FirstOrDefault(fields => fields.Length > 3 && fields[2] == id);
        IEnumerable<uint> groups = Lines("/etc/group")
            .Where(fields => fields.Length > 3 && account is not null && fields[3].Split(',').Contains(account[0]))
            .Select(fields => fields[2])
            .Append(account?[3] ?? "")
            .Select(text => uint.TryParse(text, CultureInfo.InvariantCulture, out uint number) ? number : (uint?)null)
            .Append(group)
            .OfType<uint>();
        return new GuestUser(user, groups.ToHashSet()) { Name = account?[0] ?? id };
    }

    private static IEnumerable<string[]> Lines(string path) => File.Exists(path) ? File.ReadLines(path).Select(line => line.Split(':')) : [];
}
