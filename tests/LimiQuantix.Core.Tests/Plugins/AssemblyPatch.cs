using System.Buffers.Binary;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace LimiQuantix.Core.Tests.Plugins;

/// <summary>Changes one fact in a built assembly, as another build would have written it.</summary>
internal static class AssemblyPatch
{
    /// <summary>Sets the major version of a reference: the first two bytes of its row (ECMA-335 II.22.5).</summary>
    public static void SetReferenceMajorVersion(string path, string reference, ushort major)
    {
        byte[] file = File.ReadAllBytes(path);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(ReferenceRow(file, reference)), major);
        File.WriteAllBytes(path, file);
    }

    /// <summary>Renames an ASCII name of the string heap to another of the same length.</summary>
    public static void Rename(string path, string name, string newName)
    {
        byte[] file = File.ReadAllBytes(path);
        byte[] old = [0, .. System.Text.Encoding.ASCII.GetBytes(name), 0];
        int at = file.AsSpan().IndexOf(old);
        Assert.That(at, Is.Positive, $"{name} is not a name in {path}");
        Assert.That(newName, Has.Length.EqualTo(name.Length));
        System.Text.Encoding.ASCII.GetBytes(newName).CopyTo(file, at + 1);
        File.WriteAllBytes(path, file);
    }

    private static int ReferenceRow(byte[] file, string reference)
    {
        using PEReader image = new(new MemoryStream(file));
        MetadataReader metadata = image.GetMetadataReader();
        AssemblyReferenceHandle handle = metadata.AssemblyReferences
            .Single(h => metadata.GetString(metadata.GetAssemblyReference(h).Name) == reference);
        int row = MetadataTokens.GetRowNumber(handle) - 1;
        return image.PEHeaders.MetadataStartOffset
            + metadata.GetTableMetadataOffset(TableIndex.AssemblyRef) + row * metadata.GetTableRowSize(TableIndex.AssemblyRef);
    }
}
