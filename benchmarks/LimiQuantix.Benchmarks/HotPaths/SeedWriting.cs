using BenchmarkDotNet.Attributes;
using LimiQuantix.Core.CloudInit;
using LimiQuantix.Core.CloudInit.Iso9660;
using LimiQuantix.Machines;

namespace LimiQuantix.Benchmarks.HotPaths;

/// <summary>A machine's seed: cloud-init's files, and the volume that they lie on.</summary>
public class SeedWriting
{
    private static readonly DateTimeOffset Created = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly MemoryStream _volume = new();
    private readonly byte[] _file = new byte[64 * 1024];

    private readonly SeedDefinition _seed = new()
    {
        InstanceId = "i-0198c0de",
        MachineName = "web-1",
        CloudInit = new CloudInitSpec
        {
            User = "alice",
            SshKeys = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEdummyKeyDummyKeyDummyKeyDummyKeyDummyKey0 me@example"],
            Packages = ["curl", "nginx"],
            RunCommands = ["systemctl enable --now nginx", "echo done > /var/log/seed"],
        },
        MacAddresses = ["52:54:00:00:00:01"],
    };

    [Benchmark]
    [Work("Seeds: render cloud-init's files")]
    public int Render() => NoCloudSeed.Render(_seed).UserData.Length;

    [Benchmark]
    [Work("Seeds: write a NoCloud seed as a volume")]
    public async Task<long> Write()
    {
        _volume.SetLength(0);
        await NoCloudSeed.WriteAsync(_seed, Created, _volume, CancellationToken.None);
        return _volume.Length;
    }

    [Benchmark]
    [Work("Seeds: write an ISO 9660 volume of ten files of 64 KiB")]
    public async Task<long> WriteVolume()
    {
        _volume.SetLength(0);
        var volume = new IsoVolume("cidata", Created);
        for (int i = 0; i < 10; i++)
            volume.AddFile($"folder{i % 3}/a file with a long name {i}.txt", _file);
        await volume.WriteAsync(_volume, CancellationToken.None);
        return _volume.Length;
    }
}
