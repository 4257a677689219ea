using System.Globalization;
using System.Text;

namespace LimiQuantix.Core.CloudInit.Iso9660;

/// <summary>The primary hierarchy: identifiers of interchange level 1 (8.3, A-Z 0-9 _), the true names in Rock Ridge entries.</summary>
internal sealed class PrimaryNames : NamingScheme
{
    private const int StemLength = 8;
    private const int ExtensionLength = 3;

    public override IReadOnlyDictionary<IsoEntry, byte[]> Identify(IsoEntry directory)
    {
        HashSet<string> taken = new(StringComparer.Ordinal);
        Dictionary<IsoEntry, byte[]> identifiers = [];
        foreach (IsoEntry entry in directory.Children.Values)
        {
            string unique = Unique(entry, taken);
            identifiers.Add(entry, Encoding.ASCII.GetBytes(entry.IsDirectory ? unique : unique + ";1"));
        }
        return identifiers;
    }

    public override byte[] SystemUse(IsoEntry entry) => RockRidge.Named(entry);

    public override byte[] SystemUseOfSelf(IsoEntry directory, bool isRootsOwn) =>
        isRootsOwn ? RockRidge.Root(directory) : RockRidge.Self(directory);

    public override void WriteText(Span<byte> field, string text)
    {
        field.Fill((byte)' ');
        Encoding.ASCII.GetBytes(text, field);
    }

    private static string Unique(IsoEntry entry, HashSet<string> taken)
    {
        // A directory's identifier has no dot; a file's always has one (ECMA-119 §7.5.1).
        int dot = entry.IsDirectory ? -1 : entry.Name.LastIndexOf('.');
        string stem = Restrict(dot < 0 ? entry.Name : entry.Name[..dot], StemLength);
        string extension = dot < 0 ? "" : Restrict(entry.Name[(dot + 1)..], ExtensionLength);
        string tail = entry.IsDirectory ? "" : "." + extension;
        string identifier = stem + tail;
        for (int number = 1; !taken.Add(identifier); number++)
        {
            string digits = number.ToString(CultureInfo.InvariantCulture);
            identifier = stem[..Math.Min(stem.Length, StemLength - digits.Length)] + digits + tail;
        }
        return identifier;
    }

    private static string Restrict(string text, int length)
    {
        StringBuilder result = new(length);
        foreach (char c in text.AsSpan(0, Math.Min(text.Length, length)))
            result.Append(char.IsAsciiLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_');
        return result.ToString();
    }
}
