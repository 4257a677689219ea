namespace LibvirtSharp.Tests;

/// <summary>libvirt's typed parameters as records.</summary>
internal sealed class TypedRecordTests
{
    [Test]
    public void Guest_info_has_what_the_agent_told()
    {
        var info = new DomainGuestInfo((TypedParameter[])
        [
            new("hostname", "web"), new("os.id", "debian"), new("os.version-id", "12"),
            new("timezone.name", "CET"), new("timezone.offset", 3600),
            new("user.count", 1u), new("user.0.name", "alice"), new("user.0.login-time", 1_700_000_000_123UL),
            new("fs.count", 2u), new("fs.0.mountpoint", "/"), new("fs.0.fstype", "ext4"), new("fs.0.total-bytes", 100UL), new("fs.0.used-bytes", 40UL),
            new("if.count", 1u), new("if.0.name", "eth0"), new("if.0.hwaddr", "52:54:00:00:00:01"), new("if.0.addr.count", 2u),
            new("if.0.addr.0.type", "ipv4"), new("if.0.addr.0.addr", "10.0.0.2"), new("if.0.addr.0.prefix", 24u),
            new("if.0.addr.1.type", "ipv6"), new("if.0.addr.1.addr", "fe80::1"), new("if.0.addr.1.prefix", 64u),
        ]);
        Assert.Multiple(() =>
        {
            Assert.That(info.Hostname, Is.EqualTo("web"));
            Assert.That((info.OperatingSystem!.Id, info.OperatingSystem.VersionId, info.OperatingSystem.Name), Is.EqualTo(("debian", "12", (string?)null)));
            Assert.That(info.TimeZone, Is.EqualTo(new DomainGuestTimeZone("CET", TimeSpan.FromHours(1))));
            Assert.That(info.Users, Is.EqualTo(new[] { new DomainGuestUser("alice", null, DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123)) }));
            Assert.That(info.FileSystems, Is.EqualTo(new[] { new DomainGuestFileSystem("/", null, "ext4", 100, 40) }));
            Assert.That(info.Interfaces.Single().Addresses, Is.EqualTo(new[]
            {
                new DomainIPAddress(IPAddrType.IPv4, "10.0.0.2", 24), new DomainIPAddress(IPAddrType.IPv6, "fe80::1", 64),
            }));
        });
    }

    [Test]
    public void What_a_guest_makes_up_is_null_and_no_exception()
    {
        var info = new DomainGuestInfo((TypedParameter[])
        [
            new("hostname", 5), new("os.id", 1.5), new("timezone.offset", long.MaxValue), new("user.0.name", "x"), new("user.0.login-time", ulong.MaxValue),
            new("fs.0.mountpoint", "/"), new("fs.0.total-bytes", -1L), new("if.0.name", "e"), new("if.0.addr.0.addr", "a"), new("if.0.addr.0.prefix", ulong.MaxValue),
        ]);
        Assert.Multiple(() =>
        {
            Assert.That((info.Hostname, info.OperatingSystem, info.TimeZone), Is.EqualTo(((string?)null, (DomainGuestOperatingSystem?)null, (DomainGuestTimeZone?)null)));
            Assert.That(info.Users.Single().LoggedIn, Is.Null);
            Assert.That(info.FileSystems.Single().TotalBytes, Is.Null);
            Assert.That(info.Interfaces.Single().Addresses.Single().PrefixLength, Is.EqualTo(128));
        });
    }

    [Test]
    public void Job_has_what_libvirt_told()
    {
        var job = new DomainJobStatistics(DomainJobType.Unbounded, (TypedParameter[])
        [
            new("operation", (int)DomainJobOperation.MigrationOut), new("time_elapsed", 1500UL), new("downtime", 20UL),
            new("memory_total", 100UL), new("memory_processed", 60UL), new("memory_remaining", 40UL), new("memory_bps", 7UL), new("memory_iteration", 3UL),
            new("success", false), new("errmsg", "no room"),
        ]);
        Assert.Multiple(() =>
        {
            Assert.That((job.Type, job.Operation), Is.EqualTo((DomainJobType.Unbounded, (DomainJobOperation?)DomainJobOperation.MigrationOut)));
            Assert.That((job.Elapsed, job.Downtime, job.Remaining), Is.EqualTo(((TimeSpan?)TimeSpan.FromSeconds(1.5), (TimeSpan?)TimeSpan.FromMilliseconds(20), (TimeSpan?)null)));
            Assert.That(job.Memory, Is.EqualTo(new DomainJobProgress(100, 60, 40, 7)));
            Assert.That((job.Data, job.Disk, job.MemoryIteration), Is.EqualTo(((DomainJobProgress?)null, (DomainJobProgress?)null, (ulong?)3)));
            Assert.That((job.Succeeded, job.Error), Is.EqualTo(((bool?)false, "no room")));
        });
    }
}
