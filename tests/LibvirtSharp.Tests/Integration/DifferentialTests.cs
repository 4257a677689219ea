using System.Globalization;
using System.Text.Json;
using LibvirtSharp.Tests.Support;
using LimiQuantix.Testing;

namespace LibvirtSharp.Tests.Integration;

/// <summary>Every read call of the object surface beside libvirt-python's answer on the same objects, errors included.</summary>
[Category("Integration")]
[NonParallelizable]
internal sealed class DifferentialTests
{
    private const string Python = "/usr/bin/python3"; // Debian's, which python3-libvirt is for

    [Test]
    public async Task Test_drivers_objects_read_as_python_reads_them()
    {
        PrivateLibvirtd daemon = await SharedLibvirtd.GetAsync();
        string uri = $"test+unix:///default?socket={daemon.SocketPath}";
        await using LibvirtConnection connection = await LibvirtConnection.OpenAsync(uri);
        Domain domain = await connection.CreateDomainAsync(Domains.Test("differential", "<disk type='file'><source file='/nonexistent/d'/><target dev='vda'/></disk>"));
        try
        {
            await domain.SetMetadataAsync(DomainMetadataType.Element, "<a b='c'>&amp; ü</a>", "own", "urn:test:differential");
            await domain.CreateSnapshotAsync("<domainsnapshot><name>one</name></domainsnapshot>");
            await domain.CreateSnapshotAsync("<domainsnapshot><name>two</name></domainsnapshot>");
            await CompareAsync(connection, uri, 100);
        }
        finally
        {
            await domain.DestroyAsync();
        }
    }

    [Test]
    public async Task Qemu_drivers_objects_read_as_python_reads_them()
    {
        await using PrivateLibvirtd daemon = await PrivateLibvirtd.StartAsync();
        await using var folder = new TemporaryFolder();
        await using LibvirtConnection connection = await LibvirtConnection.OpenAsync(daemon.Uri);
        StoragePool pool = await connection.CreateStoragePoolAsync($"<pool type='dir'><name>p</name><target><path>{folder.Path}</path></target></pool>");
        StorageVolume volume = await pool.CreateVolumeAsync("<volume><name>v</name><capacity unit='MiB'>8</capacity></volume>");
        string devices = $"<disk type='file'><source file='{await volume.GetPathAsync()}'/><target dev='vda' bus='virtio'/></disk><interface type='user'/><graphics type='vnc' passwd='x'><listen type='socket'/></graphics>";
        Domain running = await connection.CreateDomainAsync(Domains.Qemu("running", devices), DomainCreateFlags.StartPaused);
        await connection.DefineDomainAsync(Domains.Qemu("defined", devices));
        Secret secret = await connection.DefineSecretAsync("<secret><usage type='volume'><volume>/x</volume></usage></secret>");
        await secret.SetValueAsync("value"u8.ToArray());
        await connection.DefineNwFilterAsync("<filter name='f'><rule action='drop' direction='in'/></filter>");
        await CompareAsync(connection, daemon.Uri, 100);
        await running.DestroyAsync();
    }

    private static async Task CompareAsync(LibvirtConnection connection, string uri, int least)
    {
        if (await Command.RunAsync(Python, ["-c", "import libvirt"], TimeSpan.FromMinutes(1), CancellationToken.None) is { ExitCode: not 0 })
            Requires.Missing("libvirt-python is not installed: apt-get install python3-libvirt");
        Dictionary<string, string> ours = await new ReadEverything(connection).RunAsync();
        string script = RepositoryRoot.Combine("tests/LibvirtSharp.Tests/Integration/differential.py");
        Dictionary<string, string> theirs = JsonSerializer.Deserialize<Dictionary<string, string>>(await Command.OutputAsync(Python, [script, uri]))!;

        string[] differing = [.. theirs.Keys.Union(ours.Keys).Where(key => theirs.GetValueOrDefault(key, "(absent)") != ours.GetValueOrDefault(key, "(absent)"))
            .Select(key => $"{key}: python {theirs.GetValueOrDefault(key, "(absent)")} ours {ours.GetValueOrDefault(key, "(absent)")}")];
        await TestContext.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{theirs.Count} answers compared"));
        Assert.That(differing, Is.Empty);
        Assert.That(theirs, Has.Count.GreaterThan(least));
    }
}
