using LibvirtSharp.Tests.Support;
using LimiQuantix.Testing;

namespace LibvirtSharp.Tests.Integration;

[Category("Integration")]
internal sealed class StorageTests
{
    [Test]
    public async Task Volume_is_uploaded_and_downloaded_and_its_holes_stay_holes()
    {
        const long Length = 256L << 20;
        await using var folder = new TemporaryFolder();
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        StoragePool pool = await connection.CreateStoragePoolAsync($"<pool type='dir'><name>sparse</name><target><path>{folder.Path}</path></target></pool>");
        try
        {
            // Data at the beginning, in the middle and at the very end of a file that is else empty.
            string source = folder.Combine("source.bin");
            byte[] data = new byte[3 << 20];
            new Random(1).NextBytes(data);
            await using (FileStream file = File.Create(source))
            {
                await file.WriteAsync(data.AsMemory(0, 1 << 20));
                file.Position = 100L << 20;
                await file.WriteAsync(data.AsMemory(1 << 20, 1 << 20));
                file.Position = Length - 77;
                await file.WriteAsync(data.AsMemory(0, 77));
            }
            StorageVolume volume = await pool.CreateVolumeAsync($"<volume><name>v</name><capacity>{Length}</capacity><allocation>0</allocation></volume>");
            var progress = new List<long>();
            await using (FileStream file = File.OpenRead(source))
                await volume.UploadAsync(file, new SynchronousProgress(progress.Add));
            Assert.That(progress[^1], Is.EqualTo(Length));
            Assert.That(progress, Is.Ordered);
            StorageVolumeInfo info = await volume.GetInfoAsync();
            Assert.That(info.CapacityBytes, Is.EqualTo(Length));
            Assert.That(info.AllocationBytes, Is.LessThan(16L << 20));

            string target = folder.Combine("target.bin");
            progress.Clear();
            await using (FileStream file = File.Create(target))
                await volume.DownloadAsync(file, new SynchronousProgress(progress.Add));
            Assert.That(progress[^1], Is.EqualTo(Length));
            Assert.That(new FileInfo(target).Length, Is.EqualTo(Length));
            Assert.That((await Command.OutputAsync("/usr/bin/cmp", [source, target])), Is.Empty);
            string blocks = await Command.OutputAsync("/usr/bin/stat", ["-c", "%b", target]);
            Assert.That(long.Parse(blocks, null) * 512, Is.LessThan(16L << 20));
            await volume.DeleteAsync();
        }
        finally
        {
            await pool.DestroyAsync();
        }
    }

    [Test]
    public async Task Upload_overwrites_what_the_volume_had_also_with_zeros_and_leaves_its_size()
    {
        await using var folder = new TemporaryFolder();
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        StoragePool pool = await connection.CreateStoragePoolAsync($"<pool type='dir'><name>again</name><target><path>{folder.Path}</path></target></pool>");
        try
        {
            StorageVolume volume = await pool.CreateVolumeAsync("<volume><name>v</name><capacity unit='MiB'>8</capacity><allocation>0</allocation></volume>");
            byte[] old = new byte[4 << 20];
            new Random(1).NextBytes(old);
            byte[] next = (byte[])old.Clone();
            Array.Clear(next, 1 << 20, 2 << 20);

            await volume.UploadAsync(new MemoryStream(next));
            Assert.That((await volume.GetInfoAsync()).CapacityBytes, Is.EqualTo(8u << 20), "holes cut nothing off");
            Assert.That(await ContentAsync(), Is.EqualTo((byte[])[.. next, .. new byte[4 << 20]]));
            await volume.UploadAsync(new MemoryStream(old));
            await volume.UploadAsync(new MemoryStream(next));
            Assert.That((await volume.GetInfoAsync()).CapacityBytes, Is.EqualTo(8u << 20));
            Assert.That(await ContentAsync(), Is.EqualTo((byte[])[.. next, .. new byte[4 << 20]]), "nothing old shows through");
            Assert.That((await volume.GetPoolAsync()).Uuid, Is.EqualTo(pool.Uuid));

            async Task<byte[]> ContentAsync()
            {
                using var content = new MemoryStream();
                await volume.DownloadAsync(content);
                return content.ToArray();
            }
        }
        finally
        {
            await pool.DestroyAsync();
        }
    }

    [Test]
    public async Task Upload_takes_a_file_that_cannot_seek()
    {
        await using var folder = new TemporaryFolder();
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        StoragePool pool = await connection.CreateStoragePoolAsync($"<pool type='dir'><name>fifo</name><target><path>{folder.Path}</path></target></pool>");
        try
        {
            StorageVolume volume = await pool.CreateVolumeAsync("<volume><name>v</name><capacity unit='MiB'>1</capacity><allocation>0</allocation></volume>");
            string fifo = folder.Combine("fifo");
            await Command.OutputAsync("/usr/bin/mkfifo", [fifo]);
            Task writing = Task.Run(() => File.WriteAllTextAsync(fifo, "piped"));
            await using (FileStream file = await Task.Run(() => File.OpenRead(fifo)))
                await volume.UploadAsync(file);
            await writing;
            using var content = new MemoryStream();
            await volume.DownloadAsync(content);
            Assert.That(content.ToArray().AsSpan(0, 6).ToArray(), Is.EqualTo("piped\0"u8.ToArray()));
        }
        finally
        {
            await pool.DestroyAsync();
        }
    }

    [Test]
    public async Task Download_onto_a_block_device_overwrites_it_with_the_zeros_of_holes()
    {
        await using var folder = new TemporaryFolder();
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        string old = folder.Combine("old");
        await File.WriteAllBytesAsync(old, Enumerable.Repeat((byte)0xFF, 4 << 20).ToArray());
        ProcessOutput loop = await Command.RunAsync(Requires.Tool("losetup"), ["-f", "--show", old]);
        if (loop.ExitCode != 0)
            Assert.Ignore($"This kernel gives no loop device: {loop.StandardError}");
        string device = loop.StandardOutput.Trim();
        StoragePool pool = await connection.CreateStoragePoolAsync($"<pool type='dir'><name>device</name><target><path>{folder.Path}</path></target></pool>");
        try
        {
            StorageVolume volume = await pool.CreateVolumeAsync("<volume><name>v</name><capacity unit='MiB'>4</capacity><allocation>0</allocation></volume>");
            byte[] content = new byte[4 << 20];
            content[^1] = 1;
            await volume.UploadAsync(new MemoryStream(content));
            await using (FileStream target = File.OpenWrite(device))
            {
                await volume.DownloadAsync(target);
                target.Flush(flushToDisk: true);
            }
            Assert.That(await File.ReadAllBytesAsync(old), Is.EqualTo(content));
        }
        finally
        {
            await Command.OutputAsync(Requires.Tool("losetup"), ["-d", device]);
            await pool.DestroyAsync();
        }
    }

    [Test]
    public async Task Volume_of_the_test_driver_tells_its_size()
    {
        await using LibvirtConnection connection = await Daemon.TestDriverAsync();
        StoragePool pool = await connection.LookupStoragePoolByNameAsync("default-pool");
        StorageVolume volume = await pool.CreateVolumeAsync("<volume><name>sized</name><capacity unit='MiB'>3</capacity></volume>");
        Assert.That((await volume.GetInfoAsync()).CapacityBytes, Is.EqualTo(3u << 20));
        await volume.DeleteAsync();
    }

    [Test]
    public async Task Aborted_upload_leaves_no_stream_and_the_volume_can_be_deleted()
    {
        await using var folder = new TemporaryFolder();
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        StoragePool pool = await connection.CreateStoragePoolAsync($"<pool type='dir'><name>abort</name><target><path>{folder.Path}</path></target></pool>");
        StorageVolume volume = await pool.CreateVolumeAsync("<volume><name>v</name><capacity unit='MiB'>64</capacity></volume>");
        await using (LibvirtStream stream = await volume.OpenUploadAsync())
        {
            await stream.WriteAsync(new byte[1 << 20]);
            await stream.AbortAsync();
            await Assert.ThrowsAsync<InvalidOperationException>(() => stream.WriteAsync(new byte[1]).AsTask());
        }
        await volume.DeleteAsync();
        LibvirtException gone = await Failure.OfAsync(() => pool.LookupVolumeAsync("v"));
        Assert.That(gone.Code, Is.EqualTo(LibvirtErrorCode.NoStorageVol));
        await pool.DestroyAsync();
    }

    [Test]
    public async Task Pool_tells_its_life_by_events()
    {
        await using var folder = new TemporaryFolder();
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        await using LibvirtEventSubscription events = await connection.SubscribeAsync([LibvirtEventKind.StoragePoolLifecycle, LibvirtEventKind.StoragePoolRefresh]);
        StoragePool pool = await connection.DefineStoragePoolAsync($"<pool type='dir'><name>events</name><target><path>{folder.Path}</path></target></pool>");
        await pool.StartAsync();
        await pool.RefreshAsync();
        StoragePoolInfo info = await pool.GetInfoAsync();
        Assert.That(info.State, Is.EqualTo(StoragePoolState.Running));
        Assert.That(info.CapacityBytes, Is.GreaterThan(info.AvailableBytes));
        await pool.DestroyAsync();
        await pool.UndefineAsync();
        var seen = new List<string>();
        await Waiting.FirstAsync<StoragePoolLifecycleEvent>(Named(events), next => next.Type == StoragePoolEventLifecycleType.Undefined);
        Assert.That(seen, Is.EqualTo(new[] { "Defined", "Started", "refresh", "Stopped", "Undefined" }).Or.EqualTo(new[] { "Defined", "refresh", "Started", "refresh", "Stopped", "Undefined" }));

        async IAsyncEnumerable<LibvirtEvent> Named(LibvirtEventSubscription subscription)
        {
            await foreach (LibvirtEvent next in subscription)
            {
                if (next is StoragePoolLifecycleEvent lifecycle && lifecycle.Pool.Uuid == pool.Uuid)
                    seen.Add(lifecycle.Type.ToString());
                else if (next is StoragePoolRefreshEvent refresh && refresh.Pool.Uuid == pool.Uuid)
                    seen.Add("refresh");
                if (next is StoragePoolLifecycleEvent { Pool: { } of } && of.Uuid == pool.Uuid)
                    yield return next;
            }
        }
    }

    private sealed class SynchronousProgress(Action<long> report) : IProgress<long>
    {
        public void Report(long value) => report(value);
    }
}
