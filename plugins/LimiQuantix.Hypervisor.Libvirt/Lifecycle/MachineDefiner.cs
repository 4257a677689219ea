using System.Xml.Linq;
using LibvirtSharp;
using LimiQuantix.Hypervisor.Libvirt.Accelerators;
using LimiQuantix.Hypervisor.Libvirt.Connections;
using LimiQuantix.Hypervisor.Libvirt.Definitions;
using LimiQuantix.Hypervisor.Libvirt.Files;
using LimiQuantix.Hypervisor.Libvirt.Observations;
using LimiQuantix.Machines;
using LimiQuantix.Plugins;
using LimiQuantix.Storage;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Hypervisor.Libvirt.Lifecycle;

/// <summary>
/// Defines machines: checks, files, secrets, domain, copy of the definition. What fails or is cancelled is the engine's to undo: it named the
/// machine, and another engine may be completing it by now.
/// </summary>
internal sealed class MachineDefiner(
    ProviderContext context, LibvirtOptions options, LibvirtLink link, DaemonUri daemon, NodeAccelerator accelerator, MachineDirectory directory,
    CephSecrets secrets)
{
    private readonly ILogger _logger = HypervisorLog.For(context);

    public async Task<MachineObservation> EnsureAsync(MachineDefinition definition, AdmittedCall call, CancellationToken cancellationToken)
    {
        DefinitionRules.Check(definition, context.NodeId, context.InstallationId);
        Guid machineId = definition.Ownership.ResourceId;
        string digest = DefinitionDigest.Of(definition);
        DaemonFacts facts = await link.GetFactsAsync(cancellationToken).ConfigureAwait(false);
        if (await directory.LookUpAsync(machineId, cancellationToken).ConfigureAwait(false) is { } there)
            return await KeepAsync(there, definition, digest, facts, cancellationToken).ConfigureAwait(false);

        bool isKvm = await IsKvmAsync(facts, cancellationToken).ConfigureAwait(false);
        return await WriteAsync(
            definition, facts, files => DefineAsync(definition, call, digest, isKvm, files, facts, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Defines a machine that is off otherwise.</summary>
    public async Task<MachineObservation> UpdateAsync(MachineDefinition definition, AdmittedCall call, CancellationToken cancellationToken)
    {
        DefinitionRules.Check(definition, context.NodeId, context.InstallationId);
        Guid machineId = definition.Ownership.ResourceId;
        string digest = DefinitionDigest.Of(definition);
        DaemonFacts facts = await link.GetFactsAsync(cancellationToken).ConfigureAwait(false);
        OwnedDomain owned = await directory.GetAsync(machineId, cancellationToken).ConfigureAwait(false);
        if (await directory.GetPowerAsync(owned.Domain, cancellationToken).ConfigureAwait(false) is not (PowerState.Stopped or PowerState.Crashed))
            throw new LimiQuantixException(ErrorCodes.FailedPrecondition, "The machine is on.", "Stop it first.", machineId.ToString("D"));
        if (owned.Digest == digest)
            return await KeepAsync(owned.Domain, definition, digest, facts, cancellationToken).ConfigureAwait(false);
        return await WriteAsync(
            definition, facts, files => ChangeAsync(owned, definition, call, digest, files, facts, cancellationToken)).ConfigureAwait(false);
    }

    private async Task<MachineObservation> WriteAsync(MachineDefinition definition, DaemonFacts facts, Func<MachineFiles, Task<MachineObservation>> write)
    {
        Guid machineId = definition.Ownership.ResourceId;
        var files = new MachineFiles(context, machineId);
        string[] paths = [.. Paths(definition), files.SeedPath];
        GuestReach.Require(paths, facts.GuestUser);
        try
        {
            MachineObservation made = await write(files).ConfigureAwait(false);
            HypervisorLog.Defined(_logger, machineId, made.MachineType, made.Accelerator);
            return made;
        }
        catch (Exception error)
        {
            HypervisorLog.DefineFailed(_logger, machineId, error.Message);
            switch (error)
            {
                case LibvirtException libvirt:
                    throw LibvirtErrors.Map(libvirt, link.Uri, machineId, paths, facts.GuestUser);
                case IOException or UnauthorizedAccessException:
                    throw new LimiQuantixException(
                        ErrorCodes.PermissionDenied,
                        $"The machine's files could not be written: {error.Message}",
                        target: machineId.ToString("D"),
                        innerException: error);
            }

            throw;
        }
    }

    /// <summary>The files on the node that QEMU opens.</summary>
    private static IEnumerable<string> Paths(MachineDefinition definition) => definition.Disks
        .Select(disk => disk.Attachment switch
        {
            FileDisk file => file.Path,
            NbdDisk nbd => nbd.SocketPath,
            _ => null,
        })
        .OfType<string>();

    private async Task<MachineObservation> DefineAsync(
        MachineDefinition definition, AdmittedCall call, string digest, bool isKvm, MachineFiles files, DaemonFacts facts, CancellationToken cancellationToken)
    {
        files.Prepare(facts.GuestUser);
        if (definition.Seed is VolumeSeed { Content: var seed })
            files.WriteSeed(seed, facts.GuestUser);
        VncListen vnc = Listen(facts, files);
        await secrets.EnsureAsync(definition, cancellationToken).ConfigureAwait(false);
        XElement domain = DomainDocument.Write(definition, Settings(definition, call, digest, isKvm, vnc, files));
        daemon.Keep();
        cancellationToken.ThrowIfCancellationRequested();
        call.Again();
        // Not given up half-way: a define that libvirt finishes after we have looked for it would stay behind.
        Domain defined = await facts.Connection.WithTimeout(options.SlowCallTimeout)
            .DefineDomainAsync(domain.ToString(SaveOptions.DisableFormatting), DomainDefineFlags.Validate, CancellationToken.None).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return await RecordAsync(defined, files, facts, cancellationToken).ConfigureAwait(false);
    }

    private DomainSettings Settings(MachineDefinition definition, AdmittedCall call, string digest, bool isKvm, VncListen vnc, MachineFiles files) => new()
    {
        IsKvm = isKvm,
        MachineType = definition.MachineType ?? "q35",
        Digest = digest,
        Mark = call.Mark,
        SeedPath = definition.Seed is null ? null : files.SeedPath,
        SerialLogPath = files.SerialLogPath,
        VncSocketPath = vnc == VncListen.UnixSocket ? files.VncSocketPath : null,
        VncPassword = vnc == VncListen.Loopback ? files.EnsureVncPassword() : null,
        SparePciePorts = options.SparePciePorts,
    };

    private async Task<MachineObservation> ChangeAsync(
        OwnedDomain owned, MachineDefinition definition, AdmittedCall call, string digest, MachineFiles files, DaemonFacts facts, CancellationToken cancellationToken)
    {
        files.Prepare(facts.GuestUser);
        if (definition.Seed is VolumeSeed { Content: var seed })
            files.WriteSeed(seed, facts.GuestUser);
        await secrets.EnsureAsync(definition, cancellationToken).ConfigureAwait(false);
        bool isKvm = (string?)owned.Definition.Attribute("type") == "kvm";
        DomainSettings settings = Settings(definition, call, digest, isKvm, Listen(facts, files), files);
        DefinedCopy? copy = await DefinedCopy.ReadAsync(files.DefinedPath, cancellationToken).ConfigureAwait(false);
        bool isAsWeMadeIt = copy is null || !DomainDrift.Compare(copy, owned.Definition, facts.LibvirtVersion).Any();
        var domain = new XElement(owned.Definition);
        DomainChange.Apply(domain, isAsWeMadeIt ? null : copy!.Domain, definition, settings);
        files.GiveBackVncPassword(domain);
        cancellationToken.ThrowIfCancellationRequested();
        call.Again();
        // Not given up half-way, as at the first definition.
        Domain defined = await facts.Connection.WithTimeout(options.SlowCallTimeout)
            .DefineDomainAsync(domain.ToString(SaveOptions.DisableFormatting), DomainDefineFlags.Validate, CancellationToken.None).ConfigureAwait(false);
        if (isAsWeMadeIt)
            return await RecordAsync(defined, files, facts, cancellationToken).ConfigureAwait(false);
        // What somebody changed by hand stays a difference.
        if (await directory.OwnedAsync(defined, cancellationToken).ConfigureAwait(false) is { } now)
        {
            DomainChange.Apply(copy!.Domain, null, definition, settings);
            DomainChange.Follow(copy.Domain, owned.Definition, now.Definition);
            await copy.WriteAsync(files.DefinedPath, cancellationToken).ConfigureAwait(false);
        }

        return await directory.ObserveAsync(defined, cancellationToken).ConfigureAwait(false) ?? throw Vanished(defined.Uuid);
    }

    private async Task<MachineObservation> RecordAsync(Domain defined, MachineFiles files, DaemonFacts facts, CancellationToken cancellationToken)
    {
        OwnedDomain? owned = await directory.OwnedAsync(defined, cancellationToken).ConfigureAwait(false);
        if (owned is not null)
        {
            var copy = new DefinedCopy { LibvirtVersion = facts.LibvirtVersion, Domain = owned.Definition };
            await copy.WriteAsync(files.DefinedPath, cancellationToken).ConfigureAwait(false);
        }

        return await directory.ObserveAsync(defined, cancellationToken).ConfigureAwait(false) ?? throw Vanished(defined.Uuid);
    }

    private async Task<MachineObservation> KeepAsync(
        Domain there, MachineDefinition definition, string digest, DaemonFacts facts, CancellationToken cancellationToken)
    {
        OwnedDomain? owned = await directory.OwnedAsync(there, cancellationToken).ConfigureAwait(false);
        if (owned is null || owned.Digest != digest)
        {
            throw new LimiQuantixException(
                ErrorCodes.Conflict,
                owned is null
                    ? $"A domain '{there.Name}' with this machine's id exists and is not this installation's."
                    : "The machine is defined already, differently.",
                owned is null ? null : "Delete it first, or ask for the same definition.",
                there.Uuid.ToString("D"));
        }

        var files = new MachineFiles(context, there.Uuid);
        files.Prepare(facts.GuestUser);
        if (definition.Seed is VolumeSeed { Content: var seed })
            files.WriteSeed(seed, facts.GuestUser);
        await PersistAsync(owned, facts, cancellationToken).ConfigureAwait(false);
        // The process may have ended between the definition and its copy.
        return File.Exists(files.DefinedPath)
            ? await directory.ObserveAsync(there, cancellationToken).ConfigureAwait(false) ?? throw Vanished(there.Uuid)
            : await RecordAsync(there, files, facts, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A machine that somebody undefined while it runs gets its definition back: as it was when it was started.</summary>
    public async Task PersistAsync(OwnedDomain owned, DaemonFacts facts, CancellationToken cancellationToken)
    {
        if (await owned.Domain.IsPersistentAsync(cancellationToken).ConfigureAwait(false))
            return;
        new MachineFiles(context, owned.Domain.Uuid).GiveBackVncPassword(owned.Definition);
        await facts.Connection.WithTimeout(options.SlowCallTimeout)
            .DefineDomainAsync(owned.Definition.ToString(SaveOptions.DisableFormatting), DomainDefineFlags.Validate, CancellationToken.None).ConfigureAwait(false);
        HypervisorLog.DefinedAgain(_logger, owned.Domain.Uuid);
    }

    private VncListen Listen(DaemonFacts facts, MachineFiles files)
    {
        bool mayConnect = Posix.EffectiveUser == 0 || Posix.EffectiveUser == facts.GuestUser.User;
        VncListen chosen = options.VncListen switch
        {
            VncListen.Auto when mayConnect => VncListen.UnixSocket,
            VncListen.Auto => daemon.IsOnUnixSocket ? VncListen.Nowhere : VncListen.Loopback,
            var asked => asked,
        };
        if (chosen == VncListen.UnixSocket && XmlText.SocketProblem(files.VncSocketPath) is { } problem)
        {
            throw new LimiQuantixException(
                ErrorCodes.FailedPrecondition,
                $"The path of the VNC socket, '{files.VncSocketPath}', {problem}.",
                "Give the engine a runtime folder with a shorter path, or set VncListen to Nowhere.");
        }

        return chosen;
    }

    private async Task<bool> IsKvmAsync(DaemonFacts facts, CancellationToken cancellationToken)
    {
        if (!facts.HasQemu)
        {
            throw new LimiQuantixException(
                ErrorCodes.MissingPrerequisite, "libvirt finds no QEMU for x86-64 guests.", "Install it: sudo apt-get install qemu-system-x86", link.Uri);
        }

        AcceleratorVerdict verdict = await accelerator.DecideAsync(cancellationToken).ConfigureAwait(false);
        return verdict.IsKvm && (facts.HasKvm || options.Accelerator == AcceleratorChoice.Kvm);
    }

    private static LimiQuantixException Vanished(Guid machineId) =>
        new(ErrorCodes.Conflict, "The machine was deleted while it was being defined.", target: machineId.ToString("D"), isTransient: true);
}
