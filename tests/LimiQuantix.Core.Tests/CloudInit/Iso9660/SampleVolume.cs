using System.Text;
using LimiQuantix.Core.CloudInit.Iso9660;

namespace LimiQuantix.Core.Tests.CloudInit.Iso9660;

/// <summary>Volumes for the tests of the writer.</summary>
internal static class SampleVolume
{
    public static readonly DateTimeOffset Timestamp = new(2026, 3, 4, 5, 6, 7, TimeSpan.FromHours(2));

    public static readonly string[] SeedFiles = ["meta-data", "network-config", "user-data", "vendor-data"];

    public static async Task<byte[]> WriteAsync(string label, params (string Path, string Content)[] files)
    {
        IsoVolume volume = new(label, Timestamp);
        foreach ((string path, string content) in files)
            volume.AddFile(path, Encoding.UTF8.GetBytes(content));
        using MemoryStream stream = new();
        await volume.WriteAsync(stream, CancellationToken.None);
        return stream.ToArray();
    }

    /// <summary>The four files of a NoCloud seed; user-data fills several sectors, vendor-data is empty.</summary>
    public static Task<byte[]> SeedAsync() => WriteAsync(
        "cidata",
        ("user-data", "#cloud-config\n#" + new string('x', 5000) + "\n"),
        ("meta-data", "instance-id: i-1\n"),
        ("network-config", "version: 2\n"),
        ("vendor-data", ""));
}
