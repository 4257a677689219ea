using LibvirtSharp.Tests.Support;
using LimiQuantix.Testing;

namespace LibvirtSharp.Tests.Integration;

/// <summary>What users of other bindings reported, on a real daemon.</summary>
[Category("Integration")]
[NonParallelizable]
internal sealed class FieldReportTests
{
    private const string Serial = "<serial type='pty'><target port='0'/></serial><console type='pty'><target type='serial'/></console>";

    // digitalocean/go-libvirt#100, zhangjianweibj/prometheus-libvirt-exporter#18
    [Test]
    public async Task Daemon_has_nothing_to_complain_of_when_connections_and_streams_are_closed()
    {
        await using PrivateLibvirtd daemon = await PrivateLibvirtd.StartAsync();
        for (int i = 0; i < 5; i++)
        {
            await using LibvirtConnection connection = await LibvirtConnection.OpenAsync(daemon.Uri.Replace("qemu:///system", "test+unix:///default", StringComparison.Ordinal));
            Domain domain = await connection.LookupDomainByNameAsync("test");
            await using DomainScreenshot screenshot = await domain.ScreenshotAsync();
            await screenshot.Stream.CopyToAsync(Stream.Null);
            await screenshot.Stream.FinishAsync();
        }
        await Task.Delay(200);
        Assert.That(await File.ReadAllTextAsync(daemon.LogPath), Does.Not.Contain("End of file"));
    }

    // dmacvicar/terraform-provider-libvirt#594
    [Test]
    public async Task Forty_uploads_at_once_all_arrive()
    {
        await using var folder = new TemporaryFolder();
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        StoragePool pool = await connection.CreateStoragePoolAsync($"<pool type='dir'><name>many-uploads</name><target><path>{folder.Path}</path></target></pool>");
        try
        {
            byte[] content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7))];
            await Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
            {
                StorageVolume volume = await pool.CreateVolumeAsync($"<volume><name>v{i}</name><capacity>{content.Length}</capacity></volume>");
                await volume.UploadAsync(new MemoryStream(content));
            })).WaitAsync(Daemon.Patience);
            foreach (int i in Enumerable.Range(0, 40))
                Assert.That((await File.ReadAllBytesAsync(folder.Combine($"v{i}"))).AsSpan(0, content.Length).SequenceEqual(content), $"v{i}");
        }
        finally
        {
            await pool.DestroyAsync();
        }
    }

    // hooklift/node-libvirt#89
    [Test]
    public async Task Secret_of_any_bytes_and_length_comes_back_whole()
    {
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        Secret secret = await connection.DefineSecretAsync("<secret ephemeral='yes'><usage type='ceph'><name>any bytes</name></usage></secret>");
        try
        {
            foreach (int length in (int[])[1, 17, 256, 65536])
            {
                byte[] value = [.. Enumerable.Range(0, length).Select(i => (byte)i)];
                await secret.SetValueAsync(value);
                Assert.That(await secret.GetValueAsync(), Is.EqualTo(value));
            }
            Assert.That((await Failure.OfAsync(() => secret.SetValueAsync(Array.Empty<byte>()).WaitAsync(Daemon.Patience))).Code, Is.Not.EqualTo(LibvirtErrorCode.Rpc));
        }
        finally
        {
            await secret.UndefineAsync();
        }
    }

    // virt-manager/virt-manager#422 and #623, kimchi-project/wok#255
    [Test]
    public async Task Pool_of_thousands_of_volumes_one_of_a_name_that_is_no_text_is_listed()
    {
        await using var folder = new TemporaryFolder();
        for (int i = 0; i < 3000; i++)
            await File.WriteAllBytesAsync(folder.Combine($"v{i}"), []);
        await Command.OutputAsync("/bin/sh", ["-c", $"cd {folder.Path} && printf x > \"$(printf '\\320half')\" && printf x > 'ünï — 虚拟机'"]);
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        StoragePool pool = await connection.CreateStoragePoolAsync($"<pool type='dir'><name>many-volumes</name><target><path>{folder.Path}</path></target></pool>");
        try
        {
            IReadOnlyList<StorageVolume> volumes = await pool.ListVolumesAsync();
            Assert.That(volumes, Has.Count.EqualTo(3002));
            Assert.That(volumes.Select(volume => volume.Name), Does.Contain("\ufffdhalf").And.Contain("ünï — 虚拟机"));
            StorageVolumeInfo[] infos = await Task.WhenAll(volumes.Where(volume => !volume.Name.StartsWith('\ufffd')).Select(volume => volume.GetInfoAsync()));
            Assert.That(infos, Has.Length.EqualTo(3001));
            StorageVolume nameless = volumes.Single(volume => volume.Name.StartsWith('\ufffd'));
            Assert.That((await Failure.OfAsync(() => nameless.GetInfoAsync())).Code, Is.EqualTo(LibvirtErrorCode.NoStorageVol));
            Assert.That(await (await pool.LookupVolumeAsync("ünï — 虚拟机")).GetPathAsync(), Is.EqualTo(folder.Combine("ünï — 虚拟机")));
        }
        finally
        {
            // .NET cannot name it either.
            await Command.OutputAsync("/bin/sh", ["-c", $"rm {folder.Path}/*half"]);
            await pool.DestroyAsync();
        }
    }

    [Test]
    public async Task Frozen_daemon_is_left_within_a_moment()
    {
        await using PrivateLibvirtd daemon = await PrivateLibvirtd.StartAsync();
        LibvirtConnection connection = await LibvirtConnection.OpenAsync(daemon.Uri);
        daemon.Stop();
        try
        {
            await connection.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));
            Assert.That((await connection.Closed).Message, Does.Contain("disposed"));
        }
        finally
        {
            daemon.Continue();
        }
    }

    // microsoft/lisa#1884, virt-manager/virt-manager#1117
    [Test]
    public async Task Console_ends_when_its_machine_does_and_holds_up_no_removal()
    {
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        Domain domain = await connection.DefineDomainAsync(Domains.Qemu("console-ends", Serial));
        await domain.StartAsync();
        LibvirtStream console = await domain.OpenConsoleAsync();
        Task reading = console.CopyToAsync(Stream.Null);
        await domain.DestroyAsync().WaitAsync(Daemon.Patience);
        await domain.UndefineAsync().WaitAsync(Daemon.Patience);
        await ((Task)reading.WaitAsync(Daemon.Patience)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Assert.That(reading.IsCompleted, Is.True);
        await console.DisposeAsync().AsTask().WaitAsync(Daemon.Patience);
    }

    // libvmi/libvmi#391, apache/libcloud#106
    [Test]
    public async Task Number_of_a_machine_that_is_off_is_no_machine()
    {
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        foreach (int id in (int[])[-1, int.MinValue])
            Assert.That(() => connection.LookupDomainByIdAsync(id), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That((await Failure.OfAsync(() => connection.LookupDomainByIdAsync(int.MaxValue))).Code, Is.EqualTo(LibvirtErrorCode.NoDomain));
    }

    // kimchi-project/kimchi#41 and #450, virt-manager/virt-manager#740 and #885
    [TestCase("虚拟机-CentOS")]
    [TestCase("kīмсhī-∨м")]
    [TestCase("two words & <more> 'quoted' \"twice\"")]
    [TestCase("😀")]
    public async Task Machine_of_any_name_is_found_by_it_and_edited(string name)
    {
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        DomainXml xml = DomainXml.Parse(Domains.Qemu("x"));
        xml.Name = name;
        Domain domain = await connection.DefineDomainAsync(xml.ToString());
        try
        {
            Assert.That(domain.Name, Is.EqualTo(name));
            Assert.That((await connection.LookupDomainByNameAsync(name)).Uuid, Is.EqualTo(domain.Uuid));
            await domain.EditAsync(change => change.VirtualCpus = 2);
            Assert.That((await domain.GetDefinitionAsync()).Name, Is.EqualTo(name));
        }
        finally
        {
            await domain.UndefineAsync();
        }
    }

    // libvirt/libvirt-go#2
    [Test]
    public async Task Block_copy_takes_its_parameters_as_plain_numbers()
    {
        await using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder.Combine("a"), new byte[1 << 20]);
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        Domain domain = await connection.CreateDomainAsync(
            Domains.Qemu("copied", $"<disk type='file'><source file='{folder.Combine("a")}'/><target dev='vda' bus='virtio'/></disk>"), DomainCreateFlags.StartPaused);
        try
        {
            await domain.BlockCopyAsync(
                "vda", $"<disk type='file'><source file='{folder.Combine("b")}'/></disk>",
                new[] { new TypedParameter("bandwidth", 1 << 20), new TypedParameter("granularity", 65536), new TypedParameter("buf-size", 1 << 20) }, DomainBlockCopyFlags.TransientJob);
            Assert.That((await domain.GetBlockJobAsync("vda"))!.BytesPerSecond, Is.EqualTo(1L << 20));
            await domain.AbortBlockJobAsync("vda");
        }
        finally
        {
            await domain.DestroyAsync();
        }
    }

    // dmacvicar/terraform-provider-libvirt#266
    [Test]
    public async Task Definition_that_is_too_long_for_the_protocol_is_refused_and_the_connection_stays()
    {
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        string xml = Domains.Qemu("long", $"<!--{new string('x', 5 << 20)}-->");
        Assert.That(() => connection.DefineDomainAsync(xml), Throws.ArgumentException.With.Message.Contains("4194304"));
        Assert.That(await connection.GetHostnameAsync(), Is.Not.Empty);
    }

    // dmacvicar/terraform-provider-libvirt#1030
    [Test]
    public async Task Parameters_that_nobody_knows_do_not_keep_the_daemon_from_opening()
    {
        await using LibvirtConnection connection = await Daemon.OpenAsync((await SharedLibvirtd.GetAsync()).Uri + "&foo=bar&bar=foo", null);
        Assert.That(await connection.GetServerUriAsync(), Does.StartWith("qemu:///system"));
    }
}
