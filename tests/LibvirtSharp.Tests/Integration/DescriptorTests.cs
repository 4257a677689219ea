using System.Net.Sockets;
using System.Runtime.InteropServices;
using LibvirtSharp.Tests.Support;
using LimiQuantix.Testing;
using Microsoft.Win32.SafeHandles;

namespace LibvirtSharp.Tests.Integration;

/// <summary>Open files and sockets that are handed to a real daemon.</summary>
[Category("Integration")]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
internal sealed class DescriptorTests
{
    [Test]
    public async Task Socket_of_ours_becomes_a_client_of_the_screen()
    {
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        Domain domain = await connection.CreateDomainAsync(Domains.Qemu("screen", "<graphics type='vnc' passwd='secret'><listen type='socket'/></graphics>"));
        try
        {
            using SocketPair pair = await SocketPair.CreateAsync();
            await domain.OpenGraphicsAsync(pair.Theirs.SafeHandle, flags: DomainOpenGraphicsFlags.SkipAuth);
            await using var vnc = new NetworkStream(pair.Ours);
            byte[] greeting = new byte[12];
            using var deadline = new CancellationTokenSource(Daemon.Patience);
            await vnc.ReadExactlyAsync(greeting, deadline.Token);
            Assert.That(greeting, Is.EqualTo("RFB 003.008\n"u8.ToArray()));
        }
        finally
        {
            await domain.DestroyAsync();
        }
    }

    [Test]
    public async Task Disk_is_a_file_that_this_process_has_open()
    {
        await using var folder = new TemporaryFolder();
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        string path = await folder.WriteAsync("disk", BootSectors.WatchdogExpirer);
        Domain domain = await connection.DefineDomainAsync(Domains.Qemu("associated", $"""
            <disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='{path}' fdgroup='ours'/><target dev='hda' bus='ide'/></disk>
            <watchdog model='ib700' action='pause'/>
            """));
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        // Nothing but the descriptor leads to it.
        File.Delete(path);
        await using LibvirtEventSubscription events = await connection.SubscribeAsync(LibvirtEventKind.DomainWatchdog);
        await using (await domain.AssociateFilesAsync("ours", [file], DomainFDAssociateFlags.Writable))
            await domain.StartAsync();
        await Waiting.FirstAsync<DomainWatchdogEvent>(events, next => next.Domain.Uuid == domain.Uuid);
        await domain.DestroyAsync();
        LibvirtException forgotten = await Failure.OfAsync(() => domain.StartAsync());
        await domain.UndefineAsync();
        Assert.That(forgotten.Message, Does.Contain("ours"));
    }

    [Test]
    public async Task Files_go_with_the_start_of_a_domain()
    {
        await using var folder = new TemporaryFolder();
        await using LibvirtConnection connection = await Daemon.TestDriverAsync();
        using SafeFileHandle file = File.OpenHandle(folder.Combine("file"), FileMode.Create, FileAccess.ReadWrite);
        SafeHandle[] files = [.. Enumerable.Repeat(file, 32)];
        // The test driver takes them and does nothing with them.
        Domain created = await connection.CreateDomainAsync(Domains.Test("files"), files);
        Assert.That((await created.GetStateAsync()).State, Is.EqualTo(DomainState.Running));
        await created.DestroyAsync();
        Domain test = await connection.LookupDomainByNameAsync("test");
        LibvirtException runs = await Failure.OfAsync(() => test.StartAsync(files));
        Assert.That((runs.Procedure, runs.Code), Is.EqualTo(("DomainCreateWithFiles", LibvirtErrorCode.InternalError)).Or.EqualTo(("DomainCreateWithFiles", LibvirtErrorCode.OperationInvalid)));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => test.StartAsync([.. files, file]));
        await Assert.ThrowsAsync<ArgumentException>(() => test.StartAsync(files, DomainCreateFlags.StartAutoDestroy));
    }

    [Test]
    public async Task Raw_procedures_without_their_descriptors_are_refused_and_the_connection_stays()
    {
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        Domain domain = await connection.CreateDomainAsync(Domains.Qemu("raw", "<graphics type='vnc'><listen type='socket'/></graphics>"), DomainCreateFlags.StartPaused);
        try
        {
            LibvirtException given = await Failure.OfAsync(async () => await connection.Remote.DomainOpenGraphicsFDAsync(domain.Ref, 0, 0));
            LibvirtException taken = await Failure.OfAsync(async () => await connection.Remote.DomainOpenGraphicsAsync(domain.Ref, 0, 0));
            LibvirtException associated = await Failure.OfAsync(async () => await connection.Remote.DomainFDAssociateAsync(domain.Ref, "none", 0));
            Assert.Multiple(() =>
            {
                Assert.That((given.Code, given.Procedure), Is.EqualTo((LibvirtErrorCode.NoSupport, "DomainOpenGraphicsFD")));
                Assert.That(given.Message, Does.Contain(nameof(Domain.OpenGraphicsAsync)));
                Assert.That(taken.Message, Does.Contain("No FD available"));
                Assert.That(associated.Message, Is.Not.Empty);
            });
            Assert.That((await domain.GetStateAsync()).State, Is.EqualTo(DomainState.Paused));
        }
        finally
        {
            await domain.DestroyAsync();
        }
    }
}
