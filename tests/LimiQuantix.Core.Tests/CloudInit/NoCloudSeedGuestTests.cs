using LimiQuantix.Core.CloudInit;
using LimiQuantix.Core.Tests.CloudInit.Iso9660;
using LimiQuantix.Machines;
using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.CloudInit;

/// <summary>The seed in a guest: Debian's kernel mounts it from a virtio disk, with either kind of names.</summary>
[TestFixture]
[Category("Integration")]
internal sealed class NoCloudSeedGuestTests
{
    private static readonly TimeSpan BootTimeout = TimeSpan.FromMinutes(8);

    [Test]
    public async Task Kernel_mounts_the_seed_by_Joliet_and_by_Rock_Ridge_and_the_guest_runs_its_commands()
    {
        string qemu = Requires.Tool("qemu-system-x86_64");
        string image = await GuestImages.TinyAsync();
        using TemporaryFolder folder = new();
        string seed = folder.Combine("seed.iso");
        SeedDefinition definition = Seeds.With(new CloudInitSpec
        {
            RunCommands =
            [
                "mount -t iso9660 -o ro,norock /dev/vdb /mnt && echo joliet: $(ls /mnt) && umount /mnt",
                "mount -t iso9660 -o ro,nojoliet /dev/vdb /mnt && echo rockridge: $(ls -l /mnt | awk '{ print $1 $3 $NF }') && umount /mnt",
                "echo \"token 'ünïcödé' $((40 + 2))\"",
                "poweroff",
            ],
        });
        await using (FileStream file = new(seed, FileMode.CreateNew))
            await NoCloudSeed.WriteAsync(definition, SampleVolume.Timestamp, file, CancellationToken.None);
        string serial = folder.Combine("serial.log");
        await Command.OutputAsync(
            qemu,
            [
                "-accel", "tcg", "-m", "512", "-display", "none", "-no-reboot", "-nic", "none", "-serial", "file:" + serial,
                "-drive", $"file={image},format=qcow2,if=virtio,snapshot=on",
                "-drive", $"file={seed},format=raw,if=virtio,readonly=on",
            ],
            BootTimeout);
        string output = await File.ReadAllTextAsync(serial);
        Assert.That(output, Does.Contain("joliet: meta-data network-config user-data vendor-data"));
        Assert.That(output, Does.Contain(
            "-r--------rootmeta-data -r--------rootnetwork-config -r--------rootuser-data -r--------rootvendor-data"));
        Assert.That(output, Does.Contain("token 'ünïcödé' 42"));
    }
}
