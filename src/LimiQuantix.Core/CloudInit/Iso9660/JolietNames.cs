using System.Text;

namespace LimiQuantix.Core.CloudInit.Iso9660;

/// <summary>The supplementary hierarchy: names in UCS-2, big-endian, as given and without a version number.</summary>
internal sealed class JolietNames : NamingScheme
{
    public override IReadOnlyDictionary<IsoEntry, byte[]> Identify(IsoEntry directory) =>
        directory.Children.Values.ToDictionary(entry => entry, entry => Encoding.BigEndianUnicode.GetBytes(entry.Name));

    public override byte[] SystemUse(IsoEntry entry) => [];

    public override byte[] SystemUseOfSelf(IsoEntry directory, bool isRootsOwn) => [];

    public override void WriteText(Span<byte> field, string text)
    {
        // A field of odd length ends in a zero byte; the spaces before it are two bytes each.
        field.Clear();
        for (int i = 1; i < field.Length; i += 2)
            field[i] = (byte)' ';
        Encoding.BigEndianUnicode.GetBytes(text, field);
    }
}
