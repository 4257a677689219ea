using LibvirtSharp.Tests.Support;

namespace LibvirtSharp.Tests.Integration;

/// <summary>What a handle knows of its domain, and what it refuses to do to another.</summary>
[Category("Integration")]
internal sealed class DomainHandleTests
{
    [Test]
    public async Task Handle_and_its_views_know_the_number_after_each_start_and_stop()
    {
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        Domain domain = await connection.DefineDomainAsync(Domains.Qemu("numbered"));
        Domain view = domain.WithTimeout(TimeSpan.FromMinutes(2));
        try
        {
            Assert.That((domain.Id, view.Id), Is.EqualTo(((int?)null, (int?)null)));
            await view.StartAsync(DomainCreateFlags.StartPaused);
            Assert.That(domain.Id, Is.EqualTo((await connection.LookupDomainByUuidAsync(domain.Uuid)).Id).And.Not.Null);
            await domain.ManagedSaveAsync();
            Assert.That(view.Id, Is.Null);
            await domain.StartAsync();
            Assert.That(domain.Id, Is.EqualTo((await connection.LookupDomainByUuidAsync(domain.Uuid)).Id).And.Not.Null);
            await domain.DestroyAsync();
            Assert.That((domain.Id, view.Id), Is.EqualTo(((int?)null, (int?)null)));
        }
        finally
        {
            await domain.UndefineAsync(DomainUndefineFlags.ManagedSave);
        }
    }

    [Test]
    public async Task Handle_learns_what_others_did_when_it_looks()
    {
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        await using LibvirtConnection other = await Daemon.QemuAsync();
        Domain domain = await connection.DefineDomainAsync(Domains.Qemu("looked-at"));
        Domain theirs = await other.LookupDomainByUuidAsync(domain.Uuid);
        try
        {
            await theirs.StartAsync(DomainCreateFlags.StartPaused);
            Assert.That(domain.Id, Is.Null);
            await domain.RefreshAsync();
            Assert.That(domain.Id, Is.EqualTo(theirs.Id));
            await theirs.DestroyAsync();
            Assert.That((await domain.GetStateAsync()).State, Is.EqualTo(DomainState.Shutoff));
            Assert.That(domain.Id, Is.Null);
        }
        finally
        {
            await domain.UndefineAsync();
        }
        LibvirtException gone = await Failure.OfAsync(() => domain.RefreshAsync());
        Assert.That(gone.Code, Is.EqualTo(LibvirtErrorCode.NoDomain));
    }

    [Test]
    public async Task Handle_and_its_views_have_the_new_name_after_a_rename()
    {
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        Domain domain = await connection.DefineDomainAsync(Domains.Qemu("before-it"));
        Domain view = domain.WithTimeout(TimeSpan.FromMinutes(2));
        try
        {
            await view.RenameAsync("after-it");
            Assert.That((domain.Name, view.Name, domain.ToString()), Is.EqualTo(("after-it", "after-it", "after-it")));
            Assert.That((await connection.LookupDomainByNameAsync(domain.Name)).Uuid, Is.EqualTo(domain.Uuid));
        }
        finally
        {
            await domain.UndefineAsync();
        }
    }

    [Test]
    public async Task Handle_knows_the_number_after_its_snapshot_was_reverted_to()
    {
        await using LibvirtConnection connection = await Daemon.TestDriverAsync();
        Domain domain = await connection.DefineDomainAsync(Domains.Test("reverted"));
        DomainSnapshot off = await domain.CreateSnapshotAsync("<domainsnapshot><name>off</name></domainsnapshot>");
        await domain.StartAsync();
        DomainSnapshot on = await domain.CreateSnapshotAsync("<domainsnapshot><name>on</name></domainsnapshot>");
        try
        {
            await off.RevertAsync();
            Assert.That(domain.Id, Is.Null);
            await (await domain.LookupSnapshotAsync("on")).RevertAsync();
            Assert.That(domain.Id, Is.Not.Null.And.EqualTo((await connection.LookupDomainByUuidAsync(domain.Uuid)).Id));
            Assert.That(on.Domain, Is.SameAs(domain));
        }
        finally
        {
            if (await domain.IsActiveAsync())
                await domain.DestroyAsync();
            await domain.UndefineAsync(DomainUndefineFlags.SnapshotsMetadata);
        }
    }

    [Test]
    public async Task Transient_domain_is_not_edited_and_stays_transient()
    {
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        Domain domain = await connection.CreateDomainAsync(Domains.Qemu("transient"), DomainCreateFlags.StartPaused);
        try
        {
            LibvirtException error = await Failure.OfAsync(() => domain.EditAsync(xml => xml.VirtualCpus = 2));
            Assert.That((error.Code, error.IsTransient), Is.EqualTo((LibvirtErrorCode.OperationInvalid, false)));
            Assert.That(error.Message, Does.Contain("transient"));
            Assert.That(await domain.IsPersistentAsync(), Is.False);
        }
        finally
        {
            await domain.DestroyAsync();
        }
    }

    [Test]
    public async Task Edit_that_would_be_of_another_domain_is_refused()
    {
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        Domain domain = await connection.DefineDomainAsync(Domains.Qemu("edited-identity"));
        try
        {
            Action<DomainXml>[] changes =
            [
                xml => xml.Name = "another",
                xml => xml.Uuid = Guid.NewGuid(),
                xml => (xml.Name, xml.Uuid) = ("another", null),
            ];
            foreach (Action<DomainXml> change in changes)
                await Assert.ThrowsAsync<ArgumentException>(() => domain.EditAsync(change));
            Assert.That((await connection.ListAllDomainsAsync()).Select(each => each.Name), Has.No.Member("another"));
        }
        finally
        {
            await domain.UndefineAsync();
        }
    }

    [Test]
    public async Task Carriage_returns_and_line_feeds_of_a_definition_survive_an_edit()
    {
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        Domain domain = await connection.DefineDomainAsync(Domains.Qemu("line-ends"));
        try
        {
            await domain.SetMetadataAsync(DomainMetadataType.Description, "one\r\ntwo\rthree\nfour");
            await domain.EditAsync(xml => xml.VirtualCpus = 2);
            Assert.That(await domain.GetMetadataAsync(DomainMetadataType.Description), Is.EqualTo("one\r\ntwo\rthree\nfour"));
            await domain.EditAsync(xml => xml.Root.Element("description")!.Value = "five\rsix");
            Assert.That(await domain.GetMetadataAsync(DomainMetadataType.Description), Is.EqualTo("five\rsix"));
        }
        finally
        {
            await domain.UndefineAsync();
        }
    }

    [Test]
    public async Task Handle_of_another_connection_is_refused_where_it_would_mean_nothing_or_something_else()
    {
        await using LibvirtConnection connection = await Daemon.TestDriverAsync();
        await using LibvirtConnection other = await Daemon.QemuAsync();
        Domain foreign = await other.DefineDomainAsync(Domains.Qemu("foreign"));
        try
        {
            Assert.That(() => connection.GetDomainStatisticsAsync([foreign]), Throws.ArgumentException.With.Message.Contains("foreign"));
            Assert.That(
                () => connection.SubscribeAsync(LibvirtEventKind.DomainLifecycle, new LibvirtSubscriptionOptions { Domain = foreign }),
                Throws.ArgumentException.With.Message.Contains("another connection"));
            Assert.That(await other.GetDomainStatisticsAsync([foreign.WithTimeout(TimeSpan.FromMinutes(1))]), Has.Count.EqualTo(1));

            await using LibvirtConnection second = await Daemon.TestDriverAsync();
            StoragePool pool = await connection.LookupStoragePoolByNameAsync("default-pool");
            StoragePool theirs = await second.LookupStoragePoolByNameAsync("default-pool");
            StorageVolume volume = await theirs.CreateVolumeAsync("<volume><name>v</name><capacity>1024</capacity></volume>");
            Assert.That(() => pool.CloneVolumeAsync("<volume><name>w</name><capacity>1024</capacity></volume>", volume), Throws.ArgumentException);
            await volume.DeleteAsync();
        }
        finally
        {
            await foreign.UndefineAsync();
        }
    }

    [Test]
    public async Task Subscription_to_what_there_is_not_is_refused()
    {
        await using LibvirtConnection connection = await Daemon.TestDriverAsync();
        Assert.That(() => connection.SubscribeAsync((LibvirtEventKind)77), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => connection.SubscribeAsync(LibvirtEventKind.DomainLifecycle, new LibvirtSubscriptionOptions { Capacity = 0 }),
            Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That((await connection.GetHostnameAsync()).Length, Is.GreaterThan(0));
    }
}
