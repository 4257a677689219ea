using LibvirtSharp.Tests.Support;

namespace LibvirtSharp.Tests.Integration;

/// <summary>The other objects, on libvirt's test driver and the host's own devices.</summary>
[Category("Integration")]
internal sealed class ResourceTests
{
    [Test]
    public async Task Network_lives_and_tells_it_by_events()
    {
        await using LibvirtConnection connection = await Daemon.TestDriverAsync();
        await using LibvirtEventSubscription events = await connection.SubscribeAsync(LibvirtEventKind.NetworkLifecycle);
        Network network = await connection.DefineNetworkAsync("<network><name>events</name><bridge name='lqtest9'/><ip address='192.0.2.1' netmask='255.255.255.0'/></network>");
        await network.StartAsync();
        Assert.That(await network.IsActiveAsync(), Is.True);
        Assert.That(await network.IsPersistentAsync(), Is.True);
        Assert.That(await network.GetBridgeNameAsync(), Is.EqualTo("lqtest9"));
        Assert.That((await connection.ListAllNetworksAsync()).Select(each => each.Name), Does.Contain("events"));
        await network.DestroyAsync();
        await network.UndefineAsync();
        await Waiting.FirstAsync<NetworkLifecycleEvent>(events, next => next.Network.Uuid == network.Uuid && next.Type == NetworkEventLifecycleType.Started);
        await Waiting.FirstAsync<NetworkLifecycleEvent>(events, next => next.Network.Uuid == network.Uuid && next.Type == NetworkEventLifecycleType.Undefined);
    }

    [Test]
    public async Task Networks_section_is_updated()
    {
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        Network network = await connection.DefineNetworkAsync(
            "<network><name>updated</name><bridge name='lqtest8'/><ip address='192.0.2.1' netmask='255.255.255.0'><dhcp><range start='192.0.2.2' end='192.0.2.9'/></dhcp></ip></network>");
        try
        {
            const string Host = "<host mac='52:54:00:00:00:07' ip='192.0.2.7'/>";
            await network.UpdateAsync(NetworkUpdateCommand.AddLast, NetworkUpdateSection.IPDhcpHost, Host, flags: NetworkUpdateFlags.Config);
            Assert.That(await network.GetXmlAsync(), Does.Contain(Host));
            await network.UpdateAsync(NetworkUpdateCommand.Delete, NetworkUpdateSection.IPDhcpHost, Host, flags: NetworkUpdateFlags.Config);
            Assert.That(await network.GetXmlAsync(), Does.Not.Contain(Host));
        }
        finally
        {
            await network.UndefineAsync();
        }
    }

    [Test]
    public async Task Secret_keeps_a_value_and_tells_its_life_by_events()
    {
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        await using LibvirtEventSubscription events = await connection.SubscribeAsync([LibvirtEventKind.SecretLifecycle, LibvirtEventKind.SecretValueChanged]);
        Secret secret = await connection.DefineSecretAsync("<secret ephemeral='no' private='no'><usage type='ceph'><name>lq secret</name></usage></secret>");
        await secret.SetValueAsync("key\0with nul"u8.ToArray());
        Assert.That(await secret.GetValueAsync(), Is.EqualTo("key\0with nul"u8.ToArray()));
        Assert.That(secret.UsageType, Is.EqualTo(SecretUsageType.Ceph));
        Assert.That((await connection.LookupSecretByUsageAsync(SecretUsageType.Ceph, "lq secret")).Uuid, Is.EqualTo(secret.Uuid));
        await secret.UndefineAsync();
        await Waiting.FirstAsync<SecretValueChangedEvent>(events, next => next.Secret.Uuid == secret.Uuid);
        await Waiting.FirstAsync<SecretLifecycleEvent>(events, next => next.Secret.Uuid == secret.Uuid && next.Type == SecretEventLifecycleType.Undefined);
    }

    [Test]
    public async Task Filter_is_defined_listed_and_removed()
    {
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        NwFilter filter = await connection.DefineNwFilterAsync("<filter name='lq-filter' chain='root'><rule action='accept' direction='out'/></filter>");
        Assert.That((await connection.ListAllNwFiltersAsync()).Select(each => each.Name), Does.Contain("lq-filter"));
        Assert.That(await (await connection.LookupNwFilterByUuidAsync(filter.Uuid)).GetXmlAsync(), Does.Contain("direction='out'"));
        await filter.UndefineAsync();
        LibvirtException error = await Failure.OfAsync(() => connection.LookupNwFilterByNameAsync("lq-filter"));
        Assert.That(error.Code, Is.EqualTo(LibvirtErrorCode.NoNwFilter));
    }

    [Test]
    public async Task Devices_and_interfaces_of_the_test_driver_are_read()
    {
        await using LibvirtConnection connection = await Daemon.TestDriverAsync();
        IReadOnlyList<NodeDevice> devices = await connection.ListAllNodeDevicesAsync();
        NodeDevice computer = devices.Single(device => device.Name == "computer");
        Assert.That(await computer.ListCapabilitiesAsync(), Is.EqualTo(new[] { "system" }));
        Assert.That(await computer.GetParentNameAsync(), Is.Null);
        Assert.That(await computer.GetXmlAsync(), Does.StartWith("<device>"));
        Interface first = (await connection.ListAllInterfacesAsync())[0];
        Assert.That((first.Name, await first.IsActiveAsync()), Is.EqualTo(("eth1", true)));
        Assert.That((await connection.LookupInterfaceByMacAsync(first.Mac)).Name, Is.EqualTo("eth1"));
    }

    [Test]
    public async Task Snapshots_form_a_tree_and_can_be_gone_back_to()
    {
        await using LibvirtConnection connection = await Daemon.TestDriverAsync();
        Domain domain = await connection.CreateDomainAsync(Domains.Test("snapshots"));
        DomainSnapshot first = await domain.CreateSnapshotAsync("<domainsnapshot><name>first</name></domainsnapshot>");
        DomainSnapshot second = await domain.CreateSnapshotAsync("<domainsnapshot><name>second</name></domainsnapshot>");
        Assert.That((await second.GetParentAsync()).Name, Is.EqualTo("first"));
        Assert.That((await first.ListChildrenAsync()).Select(child => child.Name), Is.EqualTo(new[] { "second" }));
        Assert.That(await second.IsCurrentAsync(), Is.True);
        await first.RevertAsync();
        Assert.That((await domain.GetCurrentSnapshotAsync()).Name, Is.EqualTo("first"));
        await second.DeleteAsync();
        Assert.That((await domain.ListSnapshotsAsync()).Select(each => each.Name), Is.EqualTo(new[] { "first" }));
        Assert.That((await Failure.OfAsync(() => first.GetParentAsync())).Code, Is.EqualTo(LibvirtErrorCode.NoDomainSnapshot));
        await first.DeleteAsync();
        await domain.DestroyAsync();
    }

    [Test]
    public async Task Checkpoint_of_the_test_driver_is_made_and_removed()
    {
        await using LibvirtConnection connection = await Daemon.TestDriverAsync();
        Domain domain = await connection.CreateDomainAsync(Domains.Test("checkpoints", "<disk type='file'><source file='/nonexistent/d'/><target dev='vda'/></disk>"));
        DomainCheckpoint checkpoint = await domain.CreateCheckpointAsync("<domaincheckpoint><name>one</name></domaincheckpoint>");
        Assert.That((await domain.ListCheckpointsAsync()).Single().Name, Is.EqualTo("one"));
        Assert.That(await checkpoint.GetXmlAsync(), Does.Contain("<name>one</name>"));
        await checkpoint.DeleteAsync();
        await domain.DestroyAsync();
    }

    [Test]
    public async Task Statistics_of_many_domains_come_once_each_whatever_the_flags_choose()
    {
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        var domains = new List<Domain>();
        try
        {
            for (int i = 0; i < 300; i++)
                domains.Add(await connection.DefineDomainAsync(Domains.Qemu($"many-{i}")));
            await domains[7].StartAsync();
            IReadOnlyList<DomainStatistics> all = await connection.GetAllDomainStatisticsAsync(DomainStatsGroups.State);
            IReadOnlyList<DomainStatistics> off = await connection.GetAllDomainStatisticsAsync(
                DomainStatsGroups.State, ConnectGetAllDomainStatsFlags.Inactive | ConnectGetAllDomainStatsFlags.EnforceStats);
            Guid[] ours = [.. domains.Select(domain => domain.Uuid)];
            Assert.That(all.Select(each => each.Domain.Uuid).Where(ours.Contains), Is.EquivalentTo(ours));
            Assert.That(off.Select(each => each.Domain.Uuid).Where(ours.Contains), Is.EquivalentTo(ours.Where((_, i) => i != 7)));
            Assert.That(await connection.GetDomainStatisticsAsync([]), Is.Empty);
        }
        finally
        {
            foreach (Domain domain in domains)
                await domain.UndefineAsync();
            await domains[7].DestroyAsync();
        }
    }

    [Test]
    public async Task Statistics_of_domains_come_as_typed_records()
    {
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        Domain domain = await connection.CreateDomainAsync(Domains.Qemu("statistics", "<interface type='user'/>"));
        try
        {
            DomainStatistics all = (await connection.GetAllDomainStatisticsAsync()).Single(each => each.Domain.Uuid == domain.Uuid);
            DomainStatistics some = (await connection.GetDomainStatisticsAsync([domain], DomainStatsGroups.State)).Single();
            Assert.Multiple(() =>
            {
                Assert.That(all.State!.Value.State, Is.EqualTo(DomainState.Running));
                Assert.That(all.Balloon!.MaxBytes, Is.EqualTo(64L << 20));
                Assert.That(all.VirtualCpus, Has.Count.EqualTo(1));
                Assert.That(all.Find("net.count")!.Value.ToInt64(), Is.EqualTo(1));
                Assert.That(all.Interfaces, Is.Empty, "the host has no interface for it that could be measured");
                Assert.That(all.Cpu!.Total, Is.GreaterThan(TimeSpan.Zero));
                Assert.That(some.State, Is.EqualTo(all.State));
                Assert.That(some.Balloon, Is.Null);
                Assert.That(some.Find("state.state")!.Value.ToInt64(), Is.EqualTo((long)DomainState.Running));
            });
        }
        finally
        {
            await domain.DestroyAsync();
        }
    }

    [Test]
    public async Task Edited_definition_keeps_what_was_not_changed()
    {
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        Domain domain = await connection.DefineDomainAsync(Domains.Qemu("edited", "<graphics type='vnc' port='-1' passwd='secret'/>"));
        await domain.SetMetadataAsync(DomainMetadataType.Element, "<keep me='yes'/>", "own", "urn:test:edit");
        string before = await domain.GetXmlAsync(DomainXmlFlags.Inactive | DomainXmlFlags.Secure);
        await domain.EditAsync(xml => xml.VirtualCpus = 3);
        string after = await domain.GetXmlAsync(DomainXmlFlags.Inactive | DomainXmlFlags.Secure);
        await domain.UndefineAsync();
        Assert.That(after, Is.EqualTo(before.Replace(">1</vcpu>", ">3</vcpu>", StringComparison.Ordinal)));
        Assert.That(after, Does.Contain("passwd='secret'").And.Contain("urn:test:edit"));
    }
}
