namespace LimiQuantix.Testing.Tests;

[Category("Integration")]
public sealed class FullDiskTests
{
    [Test]
    public async Task A_filled_disk_refuses_a_byte_more_and_takes_it_when_there_is_room_again()
    {
        string path;
        await using (FullDisk disk = await FullDisk.MountAsync(1024 * 1024))
        {
            path = disk.Path;
            string filler = await disk.FillAsync();
            string other = Path.Combine(path, "other");

            Assert.That(async () => await File.WriteAllBytesAsync(other, new byte[8192]), Throws.InstanceOf<IOException>());
            File.Delete(filler);
            await File.WriteAllBytesAsync(other, new byte[8192]);
        }

        Assert.That(Directory.Exists(path), Is.False);
    }
}
