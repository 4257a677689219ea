using LibvirtSharp.Tests.Support;
using LimiQuantix.Testing;

namespace LibvirtSharp.Tests.Integration;

/// <summary>A daemon that gives a silent client up after a few seconds.</summary>
[Category("Integration")]
internal sealed class PausedReaderTests
{
    private const string Impatient = "unix_sock_rw_perms = \"0777\"\nauth_unix_rw = \"none\"\nkeepalive_interval = 2\nkeepalive_count = 2\n";

    [Test]
    public async Task Stream_outlives_a_pause_of_its_reader()
    {
        await using ConfiguredLibvirtd daemon = await ConfiguredLibvirtd.PrepareAsync();
        await daemon.RunDaemonAsync(Impatient, ["env"]);
        await using var folder = new TemporaryFolder();
        await using LibvirtConnection connection = await LibvirtConnection.OpenAsync(new LibvirtConnectionOptions
        {
            Uri = $"qemu:///system?socket={daemon.SocketPath}",
            KeepAliveInterval = TimeSpan.FromSeconds(1),
            KeepAliveCount = 10,
            StreamBufferBytes = 1 << 20,
        });
        StoragePool pool = await connection.CreateStoragePoolAsync($"<pool type='dir'><name>paused</name><target><path>{folder.Path}</path></target></pool>");
        StorageVolume volume = await pool.CreateVolumeAsync("<volume><name>v</name><capacity unit='MiB'>32</capacity></volume>");
        await using (LibvirtStream stream = await volume.OpenDownloadAsync())
        {
            byte[] block = new byte[64 * 1024];
            long read = await stream.ReadAsync(block);
            // The daemon would give up after six seconds, the client after eleven.
            await Task.Delay(TimeSpan.FromSeconds(12));
            while (await stream.ReadAsync(block) is > 0 and int count)
                read += count;
            await stream.FinishAsync();
            Assert.That(read, Is.EqualTo(32 << 20));
        }
        await pool.DestroyAsync();
    }
}
