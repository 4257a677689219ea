using LimiQuantix.Conformance;
using LimiQuantix.Diagnostics;
using LimiQuantix.Machines;
using LimiQuantix.Testing;

namespace LimiQuantix.Hypervisor.Libvirt.Tests.Connections;

[TestFixture]
public sealed class UnreachableDaemonTests
{
    [Test]
    public async Task Opening_connects_to_nothing_and_the_first_call_tells_what_is_missing()
    {
        await using var host = new TestHost();
        await using IHypervisor hypervisor = host.Open($"qemu:///system?socket={host.Combine("absent")}");
        LimiQuantixException? error = await Assert.ThrowsAsync<LimiQuantixException>(() => hypervisor.DescribeAsync());
        Assert.Multiple(() =>
        {
            Assert.That(error!.Code, Is.EqualTo(ErrorCodes.Unavailable));
            Assert.That(error.IsTransient, Is.True);
            Assert.That(error.Remedy, Does.Contain("apt-get install libvirt-daemon-system").And.Contain("systemctl enable --now libvirtd"));
        });
    }

    [Test]
    public async Task Socket_that_nobody_listens_on_is_unavailable()
    {
        await using var host = new TestHost();
        string path = host.Combine("s");
        using (var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified))
            socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(path));
        await using IHypervisor hypervisor = host.Open($"qemu:///system?socket={path}");
        LimiQuantixException? error = await Assert.ThrowsAsync<LimiQuantixException>(() => hypervisor.DescribeAsync());
        Assert.That(error!.Code, Is.EqualTo(ErrorCodes.Unavailable));
    }

    [TestCase("garbage")]
    [TestCase("qemu+carrier-pigeon:///system")]
    public async Task Uri_that_is_none_is_told_by_the_first_call_and_the_doctor(string uri)
    {
        await using var host = new TestHost();
        await using IHypervisor hypervisor = host.Open(uri);
        LimiQuantixException? error = await Assert.ThrowsAsync<LimiQuantixException>(() => hypervisor.DescribeAsync());
        Assert.That(error!.Code, Is.EqualTo(ErrorCodes.InvalidArgument), error.Message);
        IReadOnlyList<Prerequisite> found = await hypervisor.GetCapability<IReportsPrerequisites>()!.CheckPrerequisitesAsync();
        Assert.That(found.Single(prerequisite => prerequisite.Name == "libvirt daemon").Status, Is.EqualTo(PrerequisiteStatus.Unusable));
    }

    [Test]
    public async Task Health_is_told_and_not_thrown()
    {
        await using var host = new TestHost();
        await using IHypervisor hypervisor = host.Open($"qemu:///system?socket={host.Combine("absent")}");
        ProviderHealth health = await hypervisor.CheckHealthAsync();
        Assert.That(health.Status, Is.EqualTo(ProviderHealthStatus.Unhealthy));
        Assert.That(health.Error?.Code, Is.EqualTo(ErrorCodes.Unavailable));
    }

    [Test]
    public async Task Watch_tells_the_loss_once_and_keeps_trying()
    {
        await using var host = new TestHost();
        await using IHypervisor hypervisor = host.Open($"qemu:///system?socket={host.Combine("absent")}");
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        List<HypervisorEventKind> told = [];
        Assert.That(
            async () =>
            {
                await foreach (HypervisorEvent next in hypervisor.WatchAsync(stop.Token))
                {
                    told.Add(next.Kind);
                    // Time for a few more tries.
                    stop.CancelAfter(TimeSpan.FromSeconds(2));
                }
            },
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(told, Is.EqualTo(new[] { HypervisorEventKind.Disconnected }));
    }

    [Test]
    public async Task Doctor_lists_what_is_missing_with_the_line_that_mends_it()
    {
        await using var host = new TestHost();
        await using IHypervisor hypervisor = host.Open($"qemu:///system?socket={host.Combine("absent")}");
        IReadOnlyList<Prerequisite> found = await hypervisor.GetCapability<IReportsPrerequisites>()!.CheckPrerequisitesAsync();
        Prerequisite daemon = found.Single(prerequisite => prerequisite.Name == "libvirt daemon");
        Assert.Multiple(() =>
        {
            Assert.That(found.Select(prerequisite => prerequisite.Name), Is.SupersetOf(new[] { "QEMU", "qemu-img", "/dev/kvm" }));
            Assert.That(daemon.Status, Is.AnyOf(PrerequisiteStatus.Missing, PrerequisiteStatus.Unusable));
            Assert.That(daemon.Remedy, Does.Contain("systemctl enable --now libvirtd"));
            Assert.That(found.Single(prerequisite => prerequisite.Name == "/dev/kvm").IsOptional, Is.True);
        });
    }

    [Test, Category("Integration")]
    public async Task Socket_that_this_user_may_not_use_names_the_group()
    {
        await using PrivateLibvirtd libvirtd = await PrivateLibvirtd.StartAsync(new PrivateLibvirtdOptions { SocketMode = "0700" });
        await using var host = new TestHost();
        await using IHypervisor hypervisor = host.Open(libvirtd.Uri);
        Task<HypervisorDescription> call;
        // The connection is attempted on this thread, before the first wait.
        using (new FileSystemUser())
            call = hypervisor.DescribeAsync();
        LimiQuantixException? error = await Assert.ThrowsAsync<LimiQuantixException>(() => call);
        Assert.That(error!.Code, Is.EqualTo(ErrorCodes.PermissionDenied), error.Message);
        Assert.That(error.Remedy, Does.Contain("usermod -aG libvirt"));
        Assert.That(await hypervisor.DescribeAsync(), Is.Not.Null, "the same hypervisor works once it may");
    }
}
