using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using LimiQuantix.Integration.Tests.Support;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Testing;

namespace LimiQuantix.Integration.Tests;

/// <summary>Machines that become otherwise, and what their guests see of it.</summary>
[Category("Integration")]
public sealed class GuestUpdateTests
{
    private const long MiB = 1L << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Test]
    public async Task A_guest_gets_processors_memory_disks_interfaces_a_channel_and_discs_and_loses_them_again()
    {
        await using var libvirtd = await PrivateLibvirtd.StartAsync();
        await using var installation = new Installation(libvirtd);
        await using var platform = InProcess.Start(installation);
        var machines = platform.LimiQuantix.Machines;
        var image = await platform.LimiQuantix.Images.EnsureAsync(await GuestImages.TinyAsync());
        // As an old machine: nothing can be asked of its guest.
        var spec = new MachineSpec
        {
            Name = "grows", Disks = [DiskSpec.FromImage(image.Id, 256 * MiB)], Memory = new MachineMemory { SizeBytes = 128 * MiB }, Channels = [], AllowNoLogin = true, Start = false,
        };
        var id = (await (await machines.CreateAsync(spec)).CompletedAsync().WaitAsync(Patience)).Id;
        var place = await PlaceOfFirstDiskAsync(libvirtd, id);

        var more = await machines.UpdateAsync(id, new MachineUpdate
        {
            Cpu = new MachineCpu { Count = 2 },
            Memory = new MachineMemory { SizeBytes = 192 * MiB },
            Channels = [new VirtioChannel { Name = VirtioChannel.QemuGuestAgent }],
            Disks = new Dictionary<string, DiskUpdate?>
            {
                ["disk0"] = new() { SizeBytes = 300 * MiB },
                ["data"] = new() { Source = new BlankDiskSource(), SizeBytes = 64 * MiB },
                ["cd"] = new() { Source = new IsoDiskSource() },
            },
            Nics = new Dictionary<string, NicUpdate?> { ["second"] = new() { Forwards = [new PortForward { GuestPort = 8080 }] } },
        }).WaitAsync(Patience);
        Assert.That(more.Status.PendingChanges, Is.Empty);
        Assert.That(more.Status.AppliedGeneration, Is.EqualTo(more.Generation));
        Assert.That(await PlaceOfFirstDiskAsync(libvirtd, id), Is.EqualTo(place), "what stays is where it was");

        await (await machines.StartAsync(id)).CompletedAsync().WaitAsync(Patience);
        await machines.WaitAsync(id, Readiness.Agent, new() { Timeout = Patience });
        Assert.That(await SeesAsync(libvirtd, id), Is.EqualTo(new Sight(Cpus: 2, Nics: 2, [300 * MiB, 64 * MiB])));
        var memory = await MemoryAsync(libvirtd, id);
        Assert.That(memory, Is.InRange(129 * MiB, 192 * MiB));
        Assert.That((await machines.GetAsync(id)).Status.Drift, Is.Empty);

        // A disc comes and goes while the guest runs.
        var iso = await platform.LimiQuantix.Images.EnsureAsync(Iso(installation.Folder));
        var with = await (await machines.AttachIsoAsync(id, iso.Id)).CompletedAsync().WaitAsync(Patience);
        Assert.That(with.Status.PendingChanges, Is.Empty);
        var disc = with.Status.Disks.Single(disk => disk.Name == "cd").VolumeId;
        Assert.That(await DiscAsync(libvirtd, id, "--details"), Does.Contain(disc.ToString()!));
        Assert.That(await DiscAsync(libvirtd, id, "--inactive"), Does.Contain(disc.ToString()!));
        Assert.That(with.Status.Drift, Is.Empty);
        var without = await (await machines.EjectIsoAsync(id)).CompletedAsync().WaitAsync(Patience);
        Assert.That(await DiscAsync(libvirtd, id, "--details"), Does.EndWith("-"));
        Assert.That(without.Status.Drift, Is.Empty);
        Assert.That(await platform.LimiQuantix.Volumes.FindAsync(disc!.Value), Is.Null);

        // What needs the power off waits for it.
        var less = await machines.UpdateAsync(id, new MachineUpdate
        {
            Cpu = new MachineCpu { Count = 1 },
            Disks = new Dictionary<string, DiskUpdate?> { ["disk0"] = new() { SizeBytes = 320 * MiB }, ["data"] = null },
            Nics = new Dictionary<string, NicUpdate?> { ["nic0"] = null },
        }).WaitAsync(Patience);
        Assert.That(less.Status.PendingChanges.Select(change => change.Effect), Is.All.EqualTo(ChangeEffect.NeedsPowerOff).And.Exactly(4).Items);
        Assert.That((await SeesAsync(libvirtd, id)).Cpus, Is.EqualTo(2));
        var restarted = await (await machines.RestartAsync(id, new() { Mode = StopMode.Force })).CompletedAsync().WaitAsync(Patience);
        Assert.That(restarted.Status.PendingChanges, Is.Empty);
        await machines.WaitAsync(id, Readiness.Agent, new() { Timeout = Patience });
        Assert.That(await SeesAsync(libvirtd, id), Is.EqualTo(new Sight(Cpus: 1, Nics: 1, [320 * MiB])));
        Assert.That((await machines.GetAsync(id)).Status.Drift, Is.Empty);
        Assert.That((await machines.EnsureAsync(restarted.Spec)).Generation, Is.EqualTo(restarted.Generation), "it is as it is");

        await (await machines.DeleteAsync(id)).CompletedAsync().WaitAsync(Patience);
        Assert.That(installation.MachineFiles(), Is.Empty);
    }

    [Test]
    public async Task What_was_changed_by_hand_outlives_an_update_and_is_reported_still()
    {
        await using var libvirtd = await PrivateLibvirtd.StartAsync();
        await using var installation = new Installation(libvirtd);
        await using var platform = InProcess.Start(installation);
        var machines = platform.LimiQuantix.Machines;
        var image = await platform.LimiQuantix.Images.EnsureAsync(await GuestImages.TinyAsync());
        var spec = new MachineSpec { Name = "edited", Disks = [DiskSpec.FromImage(image.Id, 256 * MiB)], Memory = new MachineMemory { SizeBytes = 128 * MiB }, AllowNoLogin = true, Start = false };
        var id = (await (await machines.CreateAsync(spec)).CompletedAsync().WaitAsync(Patience)).Id;
        await libvirtd.VirshAsync("desc", id.ToString(), "--config", "somebody's words");
        var before = (await machines.GetAsync(id)).Status.Drift;
        Assert.That(before, Has.Count.EqualTo(1));

        await machines.UpdateAsync(id, new MachineUpdate
        {
            Cpu = new MachineCpu { Count = 2 },
            Disks = new Dictionary<string, DiskUpdate?> { ["data"] = new() { Source = new BlankDiskSource(), SizeBytes = 64 * MiB } },
        }).WaitAsync(Patience);

        var xml = XElement.Parse(await libvirtd.VirshAsync("dumpxml", "--inactive", id.ToString()));
        Assert.That(((string?)xml.Element("description"), (string?)xml.Element("vcpu")), Is.EqualTo(("somebody's words", "2")));
        Assert.That((await machines.GetAsync(id)).Status.Drift, Is.EqualTo(before));
        await (await machines.DeleteAsync(id)).CompletedAsync().WaitAsync(Patience);
        Assert.That(installation.MachineFiles(), Is.Empty);
    }

    private static async Task<string?> PlaceOfFirstDiskAsync(PrivateLibvirtd libvirtd, Guid id) =>
        XElement.Parse(await libvirtd.VirshAsync("dumpxml", "--inactive", id.ToString())).Elements("devices").Elements("disk").First().Element("address")?.ToString();

    private static async Task<string> DiscAsync(PrivateLibvirtd libvirtd, Guid id, string how) =>
        (await libvirtd.VirshAsync("domblklist", id.ToString(), how)).Split('\n').Single(line => line.Contains("sda", StringComparison.Ordinal)).Trim();

    /// <summary>An image that is known for an ISO 9660 one by its first descriptor.</summary>
    private static string Iso(string folder)
    {
        var iso = new byte[MiB];
        "\u0001CD001\u0001"u8.CopyTo(iso.AsSpan(16 * 2048));
        var path = Path.Combine(folder, "disc.iso");
        File.WriteAllBytes(path, iso);
        return path;
    }

    private static async Task<Sight> SeesAsync(PrivateLibvirtd libvirtd, Guid id)
    {
        var cpus = (await AgentAsync(libvirtd, id, "guest-get-vcpus")).GetArrayLength();
        var nics = (await AgentAsync(libvirtd, id, "guest-network-get-interfaces")).EnumerateArray().Count(nic => nic.GetProperty("name").GetString() != "lo");
        List<long> disks = [];
        foreach (var name in new[] { "vda", "vdb", "vdc" })
        {
            // The seed is the one that is read-only.
            if (await ReadAsync(libvirtd, id, $"/sys/block/{name}/ro") is "0")
                disks.Add(512 * long.Parse((await ReadAsync(libvirtd, id, $"/sys/block/{name}/size"))!, CultureInfo.InvariantCulture));
        }

        return new Sight(cpus, nics, [.. disks.OrderDescending()]);
    }

    private static async Task<long> MemoryAsync(PrivateLibvirtd libvirtd, Guid id)
    {
        var line = (await ReadAsync(libvirtd, id, "/proc/meminfo"))!.Split('\n')[0];
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    private static async Task<string?> ReadAsync(PrivateLibvirtd libvirtd, Guid id, string path)
    {
        JsonElement handle;
        try
        {
            handle = await AgentAsync(libvirtd, id, "guest-file-open", $$"""{"path":"{{path}}"}""");
        }
        catch (Exception e) when (e.Message.Contains("No such file", StringComparison.Ordinal))
        {
            return null;
        }

        var read = await AgentAsync(libvirtd, id, "guest-file-read", $$"""{"handle":{{handle}},"count":4096}""");
        await AgentAsync(libvirtd, id, "guest-file-close", $$"""{"handle":{{handle}}}""");
        return Encoding.UTF8.GetString(read.GetProperty("buf-b64").GetBytesFromBase64()).TrimEnd();
    }

    private static async Task<JsonElement> AgentAsync(PrivateLibvirtd libvirtd, Guid id, string command, string arguments = "{}") => JsonDocument.Parse(
        await libvirtd.VirshAsync("qemu-agent-command", id.ToString(), $$"""{"execute":"{{command}}","arguments":{{arguments}}}""")).RootElement.GetProperty("return");

    private sealed record Sight(int Cpus, int Nics, long[] Disks)
    {
        public bool Equals(Sight? other) => other is not null && Cpus == other.Cpus && Nics == other.Nics && Disks.SequenceEqual(other.Disks);

        public override int GetHashCode() => HashCode.Combine(Cpus, Nics, Disks.Length);

        public override string ToString() => $"{Cpus} processors, {Nics} interfaces, disks of {string.Join(", ", Disks)}";
    }
}
