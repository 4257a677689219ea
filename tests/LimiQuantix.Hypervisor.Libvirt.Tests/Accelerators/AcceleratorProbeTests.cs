using LimiQuantix.Hypervisor.Libvirt.Accelerators;
using LimiQuantix.Testing;
using Microsoft.Extensions.Time.Testing;

namespace LimiQuantix.Hypervisor.Libvirt.Tests.Accelerators;

[TestFixture]
public sealed class AcceleratorProbeTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public async Task SetUpAsync()
    {
        _folder = new TemporaryFolder();
        await _folder.WriteAsync("kvm", ReadOnlyMemory<byte>.Empty);
    }

    [TearDown]
    public async Task TearDownAsync() => await _folder.DisposeAsync();

    [Test]
    public async Task Probe_selects_kvm_when_the_guest_comes_to_its_end()
    {
        AcceleratorVerdict verdict = await TryAsync("exit 85");
        Assert.That(verdict, Is.EqualTo(new AcceleratorVerdict { IsKvm = true, IsLasting = true, Reason = "A guest ran under KVM." }));
    }

    [Test]
    public async Task Probe_does_not_select_a_kvm_on_which_the_guest_hangs_and_ends_it()
    {
        string started = _folder.Combine("pid");
        string script = $"echo $$ > {started}.new; mv {started}.new {started}; echo 'KVM internal error. Suberror: 1' >&2; exec sleep 600";
        var clock = new FakeTimeProvider();
        Task<AcceleratorVerdict> trying = TryAsync(script, TimeSpan.FromSeconds(10), clock: clock);
        await Eventually.TrueAsync(() => Task.FromResult(File.Exists(started)), "the guest begins");
        // The deadline begins a moment after the guest.
        await Eventually.TrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(10));
                return trying.IsCompleted;
            },
            "the probe gives up");

        AcceleratorVerdict verdict = await trying;
        Assert.Multiple(() =>
        {
            Assert.That(verdict.IsKvm, Is.False);
            Assert.That(verdict.IsBroken, Is.True);
            Assert.That(verdict.Reason, Does.Contain("did not come to its end"));
            Assert.That(verdict.Remedy, Does.Contain("nested"));
        });
        string pid = (await File.ReadAllTextAsync(started)).Trim();
        await Eventually.TrueAsync(async () => !await IsSleepingAsync(pid), "the guest is gone");
    }

    [Test]
    public async Task Probe_tells_qemus_words_when_it_fails()
    {
        AcceleratorVerdict verdict = await TryAsync("echo 'error: failed to set MSR 0x10a to 0x69' >&2; exit 134");
        Assert.That(verdict.IsKvm, Is.False);
        Assert.That(verdict.Reason, Does.Contain("134").And.Contain("failed to set MSR 0x10a"));
    }

    [Test]
    public async Task Probe_survives_a_qemu_that_talks_without_end()
    {
        AcceleratorVerdict verdict = await TryAsync("yes >&2 & yes; exit 1", TimeSpan.FromSeconds(2));
        Assert.That(verdict.IsKvm, Is.False);
        Assert.That(verdict.Reason, Has.Length.LessThan(200));
    }

    [Test]
    public async Task Probe_does_not_start_qemu_without_a_device()
    {
        AcceleratorVerdict verdict = await TryAsync("exit 85", device: _folder.Combine("absent"));
        Assert.That(verdict, Has.Property(nameof(verdict.IsKvm)).False.And.Property(nameof(verdict.IsBroken)).False);
    }

    [Test]
    public async Task Probe_tells_a_missing_qemu()
    {
        AcceleratorVerdict verdict = await new AcceleratorProbe(_folder.Combine("kvm"), _folder.Path, TimeSpan.FromSeconds(5), TimeProvider.System).TryAsync(null, default);
        Assert.That(verdict.IsKvm, Is.False);
        Assert.That(verdict.Remedy, Does.Contain("apt-get install qemu-system-x86"));
    }

    [Test]
    public void Probe_ends_when_the_caller_does_and_leaves_no_file()
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        Assert.That(async () => await TryAsync("exec sleep 600", cancellationToken: cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Directory.GetFiles(_folder.Path, "kvm-probe-*"), Is.Empty);
    }

    /// <summary>
    /// The build machines have a /dev/kvm that opens and on which a kernel does not run; elsewhere KVM may simply work, or there is none:
    /// then nothing boots under it either.
    /// </summary>
    [Test, Category("Integration")]
    public async Task Probe_selects_kvm_exactly_when_a_real_kernel_boots_under_it()
    {
        string qemu = Requires.Tool("qemu-system-x86_64");
        string image = await GuestImages.TinyAsync();
        AcceleratorVerdict verdict = await new AcceleratorProbe("/dev/kvm", _folder.Path, TimeSpan.FromSeconds(10), TimeProvider.System).TryAsync(qemu, default);
        bool boots = await BootsAsync(qemu, image);
        Assert.That(verdict.IsKvm, Is.EqualTo(boots), verdict.Reason);
    }

    private static async Task<bool> IsSleepingAsync(string pid)
    {
        try
        {
            return (await File.ReadAllTextAsync($"/proc/{pid}/cmdline")).Contains("sleep", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false; // It ended, perhaps while it was being read.
        }
    }

    private async Task<bool> BootsAsync(string qemu, string image)
    {
        string serial = _folder.Combine("serial");
        try
        {
            await Command.RunAsync(
                qemu,
                ["-nodefaults", "-display", "none", "-machine", "q35", "-accel", "kvm", "-cpu", "host", "-m", "256", "-snapshot", "-no-reboot",
                    "-drive", $"if=virtio,format=qcow2,file={image}", "-serial", $"file:{serial}"],
                TimeSpan.FromSeconds(20));
        }
        catch (TimeoutException)
        {
            // It runs, or it hangs: what it printed tells.
        }

        return File.Exists(serial) && (await File.ReadAllTextAsync(serial)).Contains("Linux version", StringComparison.Ordinal);
    }

    private async Task<AcceleratorVerdict> TryAsync(
        string script, TimeSpan? timeout = null, string? device = null, TimeProvider? clock = null, CancellationToken cancellationToken = default)
    {
        string qemu = _folder.Combine("qemu");
        await FakeQemu.WriteAsync(qemu, script);
        var probe = new AcceleratorProbe(device ?? _folder.Combine("kvm"), _folder.Path, timeout ?? TimeSpan.FromSeconds(60), clock ?? TimeProvider.System);
        return await probe.TryAsync(qemu, cancellationToken);
    }
}
