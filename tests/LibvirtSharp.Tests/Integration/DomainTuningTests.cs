using LibvirtSharp.Tests.Support;

namespace LibvirtSharp.Tests.Integration;

/// <summary>What tunes a domain and tells of its parts, on a real machine that runs and on its definition.</summary>
[Category("Integration")]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class DomainTuningTests
{
    private LibvirtConnection _connection = null!;
    private Domain _domain = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _connection = await Daemon.QemuAsync();
        _domain = await _connection.DefineDomainAsync(Domains.Qemu("tuning").Replace("<vcpu>1</vcpu>", "<vcpu current='1'>2</vcpu><iothreads>1</iothreads>", StringComparison.Ordinal));
        await _domain.StartAsync();
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_domain is not null)
        {
            await _domain.DestroyAsync();
            await _domain.UndefineAsync();
        }
        if (_connection is not null)
            await _connection.DisposeAsync();
    }

    [Test]
    public async Task Virtual_processors_tell_where_they_run_and_are_pinned()
    {
        NodeCpuMap host = await _connection.GetCpuMapAsync();
        Assert.That(host.Count, Is.GreaterThanOrEqualTo(host.Online));
        Assert.That(host.CpuMap.ToArray().Sum(each => int.PopCount(each)), Is.EqualTo(host.Online));
        DomainVirtualCpuInfo only = (await _domain.GetVirtualCpuInfoAsync()).Single();
        Assert.That((only.Number, only.State), Is.EqualTo((0u, VcpuState.Running)));
        Assert.That(only.CpuMap.Length, Is.EqualTo(host.CpuMap.Length));

        byte[] first = new byte[host.CpuMap.Length];
        first[0] = 1;
        await _domain.PinVirtualCpuAsync(1, first, DomainModificationFlags.Config);
        await _domain.PinEmulatorAsync(first, DomainModificationFlags.Config);
        IReadOnlyList<ReadOnlyMemory<byte>> pins = await _domain.GetVirtualCpuPinsAsync(DomainModificationFlags.Config);
        Assert.That(pins, Has.Count.EqualTo(2));
        Assert.That(pins[1].ToArray(), Is.EqualTo(first));
        Assert.That((await _domain.GetEmulatorPinAsync(DomainModificationFlags.Config)).ToArray(), Is.EqualTo(first));

        await _domain.SetVirtualCpuStateAsync("1", true, DomainModificationFlags.Config);
        Assert.That(await _domain.GetVirtualCpusAsync(DomainVcpuFlags.Config), Is.EqualTo(2));
    }

    [Test]
    public async Task IO_threads_are_added_pinned_set_and_removed()
    {
        await _domain.AddIOThreadAsync(7, DomainModificationFlags.Live);
        await _domain.SetIOThreadParametersAsync(7, new[] { new TypedParameter("poll_max_ns", 1000UL) }, DomainModificationFlags.Live);
        IReadOnlyList<DomainIOThreadInfo> threads = await _domain.GetIOThreadInfoAsync();
        Assert.That(threads.Select(thread => thread.Id), Is.EquivalentTo(new[] { 1u, 7u }));
        Assert.That(threads.Select(thread => thread.CpuMap.Length), Has.All.Positive);
        await _domain.DeleteIOThreadAsync(7, DomainModificationFlags.Live);
        Assert.That((await _domain.GetIOThreadInfoAsync()).Single().Id, Is.EqualTo(1u));
        LibvirtException missing = await Failure.OfAsync(() => _domain.DeleteIOThreadAsync(7, DomainModificationFlags.Live));
        Assert.That(missing.Code, Is.EqualTo(LibvirtErrorCode.InvalidArg), missing.Message);

        byte[] first = new byte[] { 1 };
        await _domain.PinIOThreadAsync(1, first, DomainModificationFlags.Config);
        Assert.That((await _domain.GetIOThreadInfoAsync(DomainModificationFlags.Config)).Single().CpuMap.Span[0], Is.EqualTo(1));
    }

    [Test]
    public async Task Parameters_of_memory_scheduler_and_nodes_are_kept_in_the_definition()
    {
        await _domain.SetNumaParametersAsync(
            new[] { new TypedParameter("numa_mode", (int)DomainNumatuneMemMode.Preferred), new TypedParameter("numa_nodeset", "0") }, DomainModificationFlags.Config);
        IReadOnlyList<TypedParameter> numa = await _domain.GetNumaParametersAsync(DomainModificationFlags.Config);
        Assert.That(numa.Single(each => each.Name == "numa_nodeset").Value, Is.EqualTo("0"));
        Assert.That(numa.Single(each => each.Name == "numa_mode").Value, Is.EqualTo((int)DomainNumatuneMemMode.Preferred));

        await _domain.SetMemoryParametersAsync(new[] { new TypedParameter("hard_limit", 1UL << 20) }, DomainModificationFlags.Config);
        Assert.That((await _domain.GetMemoryParametersAsync(DomainModificationFlags.Config)).Single(each => each.Name == "hard_limit").ToUInt64(), Is.EqualTo(1UL << 20));
        await _domain.SetSchedulerParametersAsync(new[] { new TypedParameter("cpu_shares", 512UL) }, DomainModificationFlags.Config);
        Assert.That((await _domain.GetSchedulerParametersAsync(DomainModificationFlags.Config)).Single(each => each.Name == "cpu_shares").ToUInt64(), Is.EqualTo(512UL));
        await _domain.SetBlkioParametersAsync(new[] { new TypedParameter("weight", 300u) }, DomainModificationFlags.Config);
        Assert.That((await _domain.GetBlkioParametersAsync(DomainModificationFlags.Config)).Single(each => each.Name == "weight").ToUInt64(), Is.EqualTo(300UL));
        await _domain.SetPerfEventsAsync(new[] { new TypedParameter("cpu_cycles", true) }, DomainModificationFlags.Config);
        Assert.That((await _domain.GetPerfEventsAsync(DomainModificationFlags.Config)).Single(each => each.Name == "cpu_cycles").Value, Is.True);
    }

    [Test]
    public async Task Rate_of_changed_memory_is_measured()
    {
        await _domain.StartDirtyRateCalculationAsync(TimeSpan.FromSeconds(1));
        await Waiting.UntilAsync(async () => (await _connection.GetDomainStatisticsAsync([_domain], DomainStatsGroups.DirtyRate)).Single()
            .DirtyRate?.Status == DomainDirtyRateStatus.Measured);
        DomainStatistics measured = (await _connection.GetDomainStatisticsAsync([_domain], DomainStatsGroups.DirtyRate)).Single();
        Assert.That(measured.DirtyRate!.BytesPerSecond, Is.Not.Null);
        Assert.That(measured.DirtyRate.Period, Is.EqualTo(TimeSpan.FromSeconds(1)));
    }

    [Test]
    public async Task Host_and_domain_without_encrypted_memory_say_so()
    {
        LibvirtException host = await Failure.OfAsync(() => _connection.GetSevInfoAsync());
        Assert.That(host.Code, Is.EqualTo(LibvirtErrorCode.OperationUnsupported), host.Message);
        Assert.That(await _domain.GetLaunchSecurityInfoAsync(), Is.Empty);
        Assert.That((await Failure.OfAsync(() => _domain.SetLaunchSecurityStateAsync(new[] { new TypedParameter("sev-secret", "x") }))).Message, Is.Not.Empty);
    }

    [Test]
    public async Task Messages_against_a_definition_are_told() => Assert.That(await _domain.GetMessagesAsync(), Has.None.Empty);

    [Test]
    public async Task Processors_of_hosts_are_compared()
    {
        const string Cpu = "<cpu><arch>x86_64</arch><model>qemu64</model></cpu>";
        Assert.That(await _connection.BaselineCpuAsync(new[] { Cpu, Cpu }), Does.Contain("<model"));
        Assert.That(await _connection.CompareCpuAsync("<cpu><arch>s390x</arch><model>z13</model></cpu>"), Is.EqualTo(CpuCompareResult.Incompatible));
    }

    [Test]
    public async Task Filter_binding_that_is_absent_is_libvirts_own_error()
    {
        Assert.That(await _connection.ListAllNwFilterBindingsAsync(), Is.Empty);
        LibvirtException error = await Failure.OfAsync(() => _connection.LookupNwFilterBindingByPortDeviceAsync("vnet77"));
        Assert.That(error.Code, Is.EqualTo(LibvirtErrorCode.NoNwFilterBinding));
    }
}
