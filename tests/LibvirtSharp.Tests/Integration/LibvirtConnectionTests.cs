using LibvirtSharp.Tests.Support;
using LimiQuantix.Testing;

namespace LibvirtSharp.Tests.Integration;

[Category("Integration")]
internal sealed class LibvirtConnectionTests
{
    [Test]
    public async Task Connection_tells_host_and_versions()
    {
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        NodeInfo node = await connection.GetNodeInfoAsync();
        Assert.Multiple(() =>
        {
            Assert.That(node.Model, Is.EqualTo("x86_64"));
            Assert.That(node.Cpus, Is.EqualTo(Environment.ProcessorCount));
            Assert.That(node.MemoryBytes, Is.GreaterThan(256u << 20));
        });
        Assert.That(await connection.GetDriverTypeAsync(), Is.EqualTo("QEMU"));
        Assert.That((await connection.GetLibVersionAsync()).Major, Is.GreaterThanOrEqualTo(9));
        Assert.That((await connection.GetVersionAsync()).Major, Is.GreaterThanOrEqualTo(7));
        Assert.That(await connection.GetHostnameAsync(), Is.Not.Empty);
        Assert.That(await connection.GetCapabilitiesAsync(), Does.StartWith("<capabilities>"));
        Assert.That(await connection.GetDomainCapabilitiesAsync(virtualizationType: "qemu"), Does.StartWith("<domainCapabilities>"));
        Assert.That(await connection.GetServerUriAsync(), Is.EqualTo("qemu:///system"));
    }

    [Test]
    public async Task Connection_tells_memory_and_processors()
    {
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        NodeInfo node = await connection.GetNodeInfoAsync();
        IReadOnlyDictionary<string, long> memory = await connection.GetMemoryStatisticsAsync();
        IReadOnlyDictionary<string, TimeSpan> cpu = await connection.GetCpuStatisticsAsync();
        long free = await connection.GetFreeMemoryAsync();
        IReadOnlyList<long> cells = await connection.GetCellsFreeMemoryAsync();
        Assert.Multiple(() =>
        {
            Assert.That(memory["total"], Is.GreaterThan(256L << 20));
            Assert.That(memory["free"], Is.GreaterThan(1L << 20).And.LessThan(memory["total"]));
            Assert.That(free, Is.GreaterThan(1L << 20).And.LessThan(memory["total"]));
            Assert.That(cells, Has.Count.EqualTo(Math.Max(1, node.NumaNodes)));
            Assert.That(cpu["user"] + cpu["kernel"], Is.GreaterThan(TimeSpan.FromSeconds(1)));
        });
        Assert.That(await connection.GetMaxVirtualCpusAsync("qemu"), Is.GreaterThan(0));
        Assert.That(await connection.GetCpuModelNamesAsync("x86_64"), Does.Contain("qemu64"));
        Assert.That(await connection.ConvertXmlToNativeAsync("qemu-argv", Domains.Qemu("native")), Does.Contain("guest=native"));
        const string Cpu = "<cpu><arch>x86_64</arch><model>qemu64</model></cpu>";
        Assert.That(await connection.CompareHypervisorCpuAsync(Cpu, architecture: "x86_64", virtualizationType: "qemu"), Is.EqualTo(CpuCompareResult.Superset).Or.EqualTo(CpuCompareResult.Identical));
        Assert.That(await connection.BaselineHypervisorCpuAsync((string[])["<cpu><model>qemu64</model></cpu>"], architecture: "x86_64", virtualizationType: "qemu"), Does.Contain("qemu64"));
    }

    [Test]
    public async Task Driver_is_the_daemons_choice_when_the_uri_names_none()
    {
        string socket = (await SharedLibvirtd.GetAsync()).SocketPath;
        await using LibvirtConnection connection = await LibvirtConnection.OpenAsync($"remote+unix:///?Socket={socket}");
        Assert.That(await connection.GetServerUriAsync(), Is.EqualTo("qemu:///system"));
    }

    [Test]
    public async Task Many_calls_share_one_connection()
    {
        await using LibvirtConnection connection = await Daemon.TestDriverAsync();
        Domain domain = await connection.LookupDomainByNameAsync("test");
        DomainInfo[] infos = await Task.WhenAll(Enumerable.Range(0, 2000).Select(_ => domain.GetInfoAsync()));
        Assert.That(infos, Has.All.Matches<DomainInfo>(info => info.VirtualCpus == 2));
    }

    [Test]
    public async Task Missing_domain_is_libvirts_own_error()
    {
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        LibvirtException error = await Failure.OfAsync(() => connection.LookupDomainByUuidAsync(Guid.NewGuid()));
        Assert.Multiple(() =>
        {
            Assert.That(error.Code, Is.EqualTo(LibvirtErrorCode.NoDomain));
            Assert.That(error.Domain, Is.EqualTo(LibvirtErrorDomain.Qemu));
            Assert.That(error.Procedure, Is.EqualTo("DomainLookupByUuid"));
            Assert.That(error.IsTransient, Is.False);
        });
    }

    [Test]
    public async Task Missing_socket_says_what_to_do()
    {
        LibvirtException error = await Failure.OfAsync(() => LibvirtConnection.OpenAsync("qemu:///system?socket=/nonexistent/libvirt-sock"));
        Assert.That(error.Code, Is.EqualTo(LibvirtErrorCode.NoConnect));
        Assert.That(error.Message, Does.Contain("/nonexistent/libvirt-sock").And.Contain("does not exist"));
    }

    [Test]
    public async Task Read_only_connection_refuses_changes()
    {
        await using LibvirtConnection connection = await Daemon.TestDriverAsync(options => options.ReadOnly = true);
        Domain domain = await connection.LookupDomainByNameAsync("test");
        LibvirtException error = await Failure.OfAsync(() => domain.DestroyAsync());
        Assert.That(error.Code, Is.EqualTo(LibvirtErrorCode.OperationDenied));
    }
}
