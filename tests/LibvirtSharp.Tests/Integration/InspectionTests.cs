using LibvirtSharp.Tests.Support;
using LimiQuantix.Testing;

namespace LibvirtSharp.Tests.Integration;

/// <summary>What looks into a machine, its host and the way to it, and was reached through the raw procedures only.</summary>
[Category("Integration")]
internal sealed class InspectionTests
{
    [Test]
    public async Task Disk_and_memory_of_a_running_guest_are_peeked_at()
    {
        await using var folder = new TemporaryFolder();
        string disk = folder.Combine("peeked.img");
        byte[] content = [.. Enumerable.Range(0, 8192).Select(i => (byte)(i / 512))];
        await File.WriteAllBytesAsync(disk, content);
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        Domain domain = await connection.CreateDomainAsync(
            Domains.Qemu("peeked", $"<disk type='file'><source file='{disk}'/><target dev='vda' bus='virtio'/></disk>"), DomainCreateFlags.StartPaused);
        try
        {
            Assert.That(await domain.PeekBlockAsync("vda", 500, 1000), Is.EqualTo(content[500..1500]));
            byte[] firmware = await domain.PeekMemoryAsync(0xffff0, 16, DomainMemoryFlags.Physical);
            // Where an x86 processor begins: a far jump into the firmware, whose date follows.
            Assert.That((firmware[0], firmware[7]), Is.EqualTo(((byte)0xea, (byte)'/')));

            LibvirtException beyond = await Failure.OfAsync(() => domain.PeekBlockAsync("vda", 8000, 1000));
            LibvirtException absent = await Failure.OfAsync(() => domain.PeekBlockAsync("vdz", 0, 1));
            Assert.That(absent.Code, Is.EqualTo(LibvirtErrorCode.InvalidArg));
            Assert.That(beyond.Procedure, Is.EqualTo("DomainBlockPeek"));
            foreach (int count in (int[])[0, -1, (4 << 20) + 1])
            {
                Assert.That(() => domain.PeekBlockAsync("vda", 0, count), Throws.InstanceOf<ArgumentOutOfRangeException>());
                Assert.That(() => domain.PeekMemoryAsync(0, count), Throws.InstanceOf<ArgumentOutOfRangeException>());
            }
            Assert.That(() => domain.PeekBlockAsync("vda", -1, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        }
        finally
        {
            await domain.DestroyAsync();
        }
    }

    [Test]
    public async Task Running_guest_has_security_labels_and_tells_its_control_channel()
    {
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        NodeSecurityModel model = await connection.GetSecurityModelAsync();
        Domain domain = await connection.CreateDomainAsync(Domains.Qemu("labelled"), DomainCreateFlags.StartPaused);
        try
        {
            IReadOnlyList<DomainSecurityLabel> labels = await domain.GetSecurityLabelsAsync();
            DomainSecurityLabel first = await domain.GetSecurityLabelAsync();
            DomainControlInfo control = await domain.GetControlInfoAsync();
            Assert.Multiple(async () =>
            {
                Assert.That(model.Model, Is.Not.Empty);
                Assert.That(labels, Is.Not.Empty);
                Assert.That(labels, Has.Member(first));
                Assert.That(control, Is.EqualTo(new DomainControlInfo(DomainControlState.Ok, DomainControlErrorReason.None, TimeSpan.Zero)));
                Assert.That(await domain.IsUpdatedAsync(), Is.False);
            });
        }
        finally
        {
            await domain.DestroyAsync();
        }
    }

    [Test]
    public async Task Frozen_hypervisor_shows_in_its_control_channel()
    {
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        Domain domain = await connection.CreateDomainAsync(Domains.Qemu("frozen"), DomainCreateFlags.StartPaused);
        string process = await ProcessOfAsync(domain.Uuid);
        await Command.OutputAsync("kill", ["-STOP", process]);
        try
        {
            Task<string> waiting = domain.QemuMonitorCommandAsync("""{"execute":"query-status"}""");
            await Waiting.UntilAsync(async () => (await domain.GetControlInfoAsync()).State == DomainControlState.Occupied);
            DomainControlInfo first = await domain.GetControlInfoAsync();
            await Waiting.UntilAsync(async () => (await domain.GetControlInfoAsync()).Since > first.Since);
            await Command.OutputAsync("kill", ["-CONT", process]);
            Assert.That(await waiting, Does.Contain("\"status\""));
        }
        finally
        {
            await Command.OutputAsync("kill", ["-CONT", process]);
            await domain.DestroyAsync();
        }
    }

    [Test]
    public async Task Guest_is_saved_and_restored_by_parameters()
    {
        await using var folder = new TemporaryFolder();
        string file = folder.Combine("saved");
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        Domain domain = await connection.CreateDomainAsync(Domains.Qemu("saved-by-parameters"));
        Guid uuid = domain.Uuid;
        Assert.That(() => domain.SaveAsync(new[] { new TypedParameter("file", "saved") }), Throws.ArgumentException.With.Message.Contains("absolute"));
        Assert.That(() => domain.SaveAsync(Array.Empty<TypedParameter>()), Throws.ArgumentException.With.Message.Contains("file"));
        await domain.SaveAsync(new[] { new TypedParameter("file", file) });
        Assert.That(domain.Id, Is.Null);
        Assert.That((await connection.ListAllDomainsAsync()).Select(each => each.Uuid), Has.No.Member(uuid));

        Assert.That(() => connection.RestoreDomainAsync(new[] { new TypedParameter("dxml", "<domain/>") }), Throws.ArgumentException);
        await connection.RestoreDomainAsync(new[] { new TypedParameter("file", file) }, DomainSaveRestoreFlags.Paused);
        Domain restored = await connection.LookupDomainByUuidAsync(uuid);
        Assert.That((await restored.GetStateAsync()).TypedReason, Is.TypeOf<DomainPausedReason>());
        await restored.DestroyAsync();
    }

    [Test]
    public async Task Whole_number_of_any_type_sets_a_parameter()
    {
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        Domain domain = await connection.DefineDomainAsync(Domains.Qemu("any-type", "<disk type='file'><source file='/nonexistent/d'/><target dev='vda' bus='virtio'/></disk>"));
        try
        {
            await domain.SetSchedulerParametersAsync(new[] { new TypedParameter("cpu_shares", 512) }, DomainModificationFlags.Config);
            await domain.SetMemoryParametersAsync(new[] { new TypedParameter("hard_limit", 1 << 20) }, DomainModificationFlags.Config);
            await domain.SetBlkioParametersAsync(new[] { new TypedParameter("weight", 300L) }, DomainModificationFlags.Config);
            await domain.SetBlockIOTuneAsync("vda", new[] { new TypedParameter("total_bytes_sec", 1_000_000) }, DomainModificationFlags.Config);
            await domain.SetNumaParametersAsync(new[] { new TypedParameter("numa_mode", 0u), new TypedParameter("numa_nodeset", "0") }, DomainModificationFlags.Config);
            Assert.That((await domain.GetSchedulerParametersAsync(DomainModificationFlags.Config)).Single(each => each.Name == "cpu_shares").ToInt64(), Is.EqualTo(512));
            Assert.That((await domain.GetBlockIOTuneAsync("vda", DomainModificationFlags.Config)).Single(each => each.Name == "total_bytes_sec").ToInt64(), Is.EqualTo(1_000_000));
        }
        finally
        {
            await domain.UndefineAsync();
        }
    }

    [Test]
    public async Task Host_tells_its_free_pages_and_how_it_merges_them()
    {
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        IReadOnlyList<NodeFreePages> pages = await connection.GetFreePagesAsync([Environment.SystemPageSize], firstCell: -1);
        Assert.That(pages.Select(each => (each.Cell, each.PageSizeBytes)), Is.EqualTo(new[] { (-1, (long)Environment.SystemPageSize) }));
        Assert.That(pages[0].Count * pages[0].PageSizeBytes, Is.LessThan((await connection.GetNodeInfoAsync()).MemoryBytes));
        Assert.That(() => connection.GetFreePagesAsync([4097]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => connection.GetFreePagesAsync([1L << 60]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That((await Failure.OfAsync(() => connection.GetFreePagesAsync([3072]))).Message, Does.Contain("3"));

        IReadOnlyList<TypedParameter> merging = await connection.GetMemoryParametersAsync();
        if (merging.FirstOrDefault(each => each.Name == "shm_pages_to_scan") is { Name: not null } scan)
            await connection.SetMemoryParametersAsync(new[] { new TypedParameter("shm_pages_to_scan", (int)scan.ToInt64()) });
    }

    [Test]
    public async Task Connection_over_the_daemons_socket_is_secure()
    {
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        Assert.That(await connection.IsSecureAsync(), Is.True);
    }

    [Test]
    public async Task Compression_cache_and_speed_of_migrations_are_in_bytes()
    {
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        Domain domain = await connection.CreateDomainAsync(Domains.Qemu("cache"), DomainCreateFlags.StartPaused);
        try
        {
            await domain.SetMigrationCompressionCacheAsync(1L << 24);
            Assert.That(await domain.GetMigrationCompressionCacheAsync(), Is.EqualTo(1L << 24));
            await domain.SetMigrationMaxSpeedAsync(7L << 20);
            Assert.That(await domain.GetMigrationMaxSpeedAsync(), Is.EqualTo(7L << 20));
            Assert.That(() => domain.SetMigrationMaxSpeedAsync(1), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("mebibytes"));
            Assert.That(() => domain.SetMigrationCompressionCacheAsync(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => domain.SetMemoryAsync(-1024), Throws.InstanceOf<ArgumentOutOfRangeException>());
        }
        finally
        {
            await domain.DestroyAsync();
        }
    }

    [Test]
    public async Task Memory_statistics_are_in_bytes()
    {
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        Domain domain = await connection.CreateDomainAsync(Domains.Qemu("measured-memory"), DomainCreateFlags.StartPaused);
        try
        {
            DomainMemoryStatistics memory = await domain.GetMemoryStatisticsAsync();
            Assert.That(memory.ActualBytes, Is.EqualTo(64L << 20));
            Assert.That(memory.ResidentBytes, Is.GreaterThan(1L << 20));
            Assert.That(memory.LastUpdate, Is.Null);
        }
        finally
        {
            await domain.DestroyAsync();
        }
    }

    [Test]
    public async Task Signal_to_a_guests_process_reaches_libvirt_which_says_that_this_driver_cannot()
    {
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        Domain domain = await connection.DefineDomainAsync(Domains.Qemu("signalled"));
        LibvirtException error = await Failure.OfAsync(() => domain.SendProcessSignalAsync(1, DomainProcessSignal.Term));
        await domain.UndefineAsync();
        Assert.That((error.Code, error.Procedure), Is.EqualTo((LibvirtErrorCode.NoSupport, "DomainSendProcessSignal")));
    }

    /// <summary>The number of the QEMU that runs a domain.</summary>
    private static async Task<string> ProcessOfAsync(Guid uuid)
    {
        foreach (string process in Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)))
        {
            try
            {
                if ((await File.ReadAllTextAsync($"{process}/cmdline")).Contains($"-uuid\0{uuid}", StringComparison.Ordinal))
                    return Path.GetFileName(process);
            }
            catch (IOException)
            {
                // It has ended meanwhile.
            }
        }
        throw new InvalidOperationException($"No process runs {uuid}.");
    }
}
