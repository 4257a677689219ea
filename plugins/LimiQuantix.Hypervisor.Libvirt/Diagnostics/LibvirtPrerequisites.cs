using LimiQuantix.Diagnostics;
using LimiQuantix.Hypervisor.Libvirt.Accelerators;
using LimiQuantix.Hypervisor.Libvirt.Connections;
using LimiQuantix.Hypervisor.Libvirt.Files;
using LimiQuantix.Plugins;

namespace LimiQuantix.Hypervisor.Libvirt.Diagnostics;

/// <summary>Checks what machines on libvirt need: the programs, the daemon, the way to the data, and KVM.</summary>
internal sealed class LibvirtPrerequisites(
    ProviderContext context, LibvirtLink link, LibvirtOptions options, DaemonUri daemon, NodeAccelerator accelerator) : IReportsPrerequisites
{
    private const string DataName = "way to the data";
    private const string InstallDaemon = "sudo apt-get install libvirt-daemon-system && sudo systemctl enable --now libvirtd";

    public async Task<PrerequisiteReport> CheckPrerequisitesAsync(CheckPrerequisitesRequest request, CancellationToken cancellationToken = default)
    {
        List<Prerequisite> found =
        [
            Program("QEMU", accelerator.QemuPath, "sudo apt-get install qemu-system-x86"),
            Program("qemu-img", Programs.Find("qemu-img"), "sudo apt-get install qemu-utils"),
        ];
        DaemonFacts? facts = null;
        try
        {
            facts = await link.GetFactsAsync(cancellationToken).ConfigureAwait(false);
            found.Add(Found("libvirt daemon", $"libvirt {facts.LibvirtVersion} at {link.Uri}"));
        }
        catch (LimiQuantixException error)
        {
            found.Add(Daemon(error));
        }

        if (facts is not null)
            found.Add(DataFolder(facts));
        found.Add(await KvmAsync(facts, cancellationToken).ConfigureAwait(false));
        return new PrerequisiteReport { Prerequisites = found };
    }

    private static Prerequisite Found(string name, string detail) => new() { Name = name, Status = PrerequisiteStatus.Found, Detail = detail };

    private static Prerequisite Program(string name, string? path, string remedy) => path is not null
        ? Found(name, path)
        : new Prerequisite { Name = name, Status = PrerequisiteStatus.Missing, Detail = "It is not installed.", Remedy = remedy };

    private Prerequisite Daemon(LimiQuantixException error)
    {
        bool isMissing = error.Code == ErrorCodes.Unavailable && Programs.Find("libvirtd") is null && Programs.Find("virtqemud") is null;
        return new Prerequisite
        {
            Name = "libvirt daemon",
            Status = isMissing ? PrerequisiteStatus.Missing : PrerequisiteStatus.Unusable,
            Detail = error.Error.Message,
            Remedy = error.Code == ErrorCodes.Unavailable
                ? daemon.IsSession ? "libvirtd --daemon --timeout 120, as this user" : InstallDaemon
                : error.Remedy,
        };
    }

    /// <summary>Whether QEMU's user can come to the files that we keep for it.</summary>
    private Prerequisite DataFolder(DaemonFacts facts)
    {
        LimiQuantixError? problem = GuestReach.Problem(Path.Combine(context.DataDirectory, "machines", "any"), facts.GuestUser);
        return problem is null
            ? Found(DataName, $"QEMU runs as '{facts.GuestUser.Name}' ({string.Join(", ", facts.SecurityModels)}) and may enter {context.DataDirectory}.")
            : new Prerequisite { Name = DataName, Status = PrerequisiteStatus.Unusable, Detail = problem.Message, Remedy = problem.Remedy };
    }

    private async Task<Prerequisite> KvmAsync(DaemonFacts? facts, CancellationToken cancellationToken)
    {
        AcceleratorVerdict verdict = await accelerator.DecideAsync(cancellationToken).ConfigureAwait(false);
        if (verdict.IsKvm && facts is { HasKvm: false } && options.Accelerator != AcceleratorChoice.Kvm)
            verdict = verdict with { IsKvm = false, IsBroken = true, Reason = $"{verdict.Reason} But the libvirt daemon at {link.Uri} sees no KVM." };
        return new Prerequisite
        {
            Name = "/dev/kvm",
            Status = verdict.IsKvm ? PrerequisiteStatus.Found : verdict.IsBroken ? PrerequisiteStatus.Unusable : PrerequisiteStatus.Missing,
            Detail = verdict.IsKvm ? verdict.Reason : $"{verdict.Reason} Machines are emulated (TCG), about ten times slower.",
            Remedy = verdict.Remedy,
            IsOptional = true,
        };
    }
}
