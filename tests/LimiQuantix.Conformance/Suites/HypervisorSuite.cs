using LimiQuantix.Consoles;
using LimiQuantix.Guests;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Nodes;
using LimiQuantix.Storage;
using NUnit.Framework;

namespace LimiQuantix.Conformance;

/// <summary>What every <see cref="IHypervisor"/> does. Definitions are in this file, power and watching in its other parts.</summary>
public abstract partial class HypervisorSuite(bool isRemote) : ProviderSuite<IHypervisor>(isRemote)
{
    private readonly List<Guid> _made = [];

    /// <summary>A machine that the hypervisor can define and start: small, with a disk that is there.</summary>
    protected abstract Task<MachineDefinition> NewDefinitionAsync();

    /// <summary>Makes a machine by hand, that is not this installation's, and gives its id when the contract could name it.</summary>
    protected abstract Task<(string HypervisorName, Guid? Id)> AddForeignAsync();

    /// <summary>Whether the machine that was made by hand is as it was.</summary>
    protected abstract Task<bool> IsForeignUntouchedAsync(string hypervisorName);

    protected override async ValueTask CleanUpAsync()
    {
        foreach (var id in _made) await Provider.DeleteAsync(id).WaitAsync(Patience);
        _made.Clear();
    }

    protected override IEnumerable<(string Member, Func<CancellationToken, Task> Call)> EveryCall()
    {
        var id = Guid.CreateVersion7();
        yield return (nameof(Provider.DescribeAsync), token => Provider.DescribeAsync(token));
        yield return (nameof(Provider.EnsureDefinedAsync), async token => await Provider.EnsureDefinedAsync(await TrackedAsync(), token));
        yield return (nameof(Provider.UpdateAsync), async token => await Provider.UpdateAsync(await TrackedAsync(), token));
        if (Provider.GetCapability<ISupportsMediaChange>() is { } media)
            yield return (nameof(media.ChangeMediaAsync), async token => await media.ChangeMediaAsync(await TrackedAsync(), id, token));
        yield return (nameof(Provider.StartAsync), async token => await Provider.StartAsync(await TrackedAsync(), token));
        yield return (nameof(Provider.StopAsync), token => Provider.StopAsync(id, StopMode.Force, token));
        yield return (nameof(Provider.ResetAsync), token => Provider.ResetAsync(id, cancellationToken: token));
        yield return (nameof(Provider.PauseAsync), token => Provider.PauseAsync(id, token));
        yield return (nameof(Provider.ResumeAsync), token => Provider.ResumeAsync(id, token));
        yield return (nameof(Provider.DeleteAsync), token => Provider.DeleteAsync(id, token));
        yield return (nameof(Provider.ObserveAsync), token => Provider.ObserveAsync(id, token));
        yield return (nameof(Provider.ListAsync), async token => await Provider.ListAsync(token).FirstOrDefaultAsync(token));
        yield return (nameof(Provider.WatchAsync), async token => await Provider.WatchAsync(token).FirstAsync(token));
        yield return (nameof(Provider.GetConsoleAsync), token => Provider.GetConsoleAsync(id, ConsoleKind.Vnc, token));
        if (Provider.GetCapability<ISerialLog>() is { } log)
            yield return (nameof(log.ReadSerialLogAsync), token => log.ReadSerialLogAsync(id, 0, 16, token));
        if (Provider.GetCapability<IDeclaresFeatures>() is { } declares)
            yield return (nameof(declares.DeclareFeaturesAsync), token => declares.DeclareFeaturesAsync(new DeclareFeaturesRequest(), token));
        // Channels do not cross: the agents' verbs do.
        if (Provider.GetCapability<IGuestChannels>() is { } channels)
        {
            yield return (
                nameof(channels.OpenChannelAsync),
                token => channels.OpenChannelAsync(new OpenGuestChannelRequest { MachineId = id, Name = VirtioChannel.QemuGuestAgent }, token));
        }
    }

    [Test]
    public async Task Hypervisor_says_what_it_is()
    {
        var description = await Provider.DescribeAsync().WaitAsync(Patience);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(description.Product, Is.Not.Empty);
            Assert.That(description.HostName, Is.Not.Empty);
            Assert.That(description.Architecture, Is.Not.Empty);
            Assert.That(description.Accelerator, Is.EqualTo("kvm").Or.EqualTo("tcg"));
            Assert.That(description.Slowness, Is.GreaterThanOrEqualTo(1));
            Assert.That(description.CpuCount, Is.Positive);
            Assert.That(description.MemoryBytes, Is.Positive);
            Assert.That(description.DiskAttachments, Is.Unique.And.Not.Empty.And.SubsetOf(Wire.ContractUnions.CasesOf(typeof(DiskAttachment)).Select(type => type.Name)));
            Assert.That(description.NicAttachments, Is.Unique.And.SubsetOf(Wire.ContractUnions.CasesOf(typeof(NicAttachment)).Select(type => type.Name)));
            Assert.That(description.Consoles, Is.Unique.And.No.Member(ConsoleKind.Unknown));
        }
    }

    [Test]
    public async Task Defined_machine_is_off_and_pinned()
    {
        var definition = await TrackedAsync();
        var made = await Provider.EnsureDefinedAsync(definition).WaitAsync(Patience);

        Assert.That(made.MachineId, Is.EqualTo(definition.Ownership.ResourceId));
        Assert.That(made.PowerState, Is.EqualTo(PowerState.Stopped));
        Assert.That(made.MachineType, Is.Not.Null.And.Not.Empty);
        Assert.That(made.HypervisorName, Does.Contain(definition.Ownership.ResourceId.ToString("D")).Or.Contain(definition.Ownership.ResourceId.ToString("N")));
        Assert.That(made.Drift, Is.Empty);
        var observed = await Provider.ObserveAsync(definition.Ownership.ResourceId).WaitAsync(Patience);
        Assert.That(observed!.MachineId, Is.EqualTo(made.MachineId));
        Assert.That(observed.MachineType, Is.EqualTo(made.MachineType));
    }

    [Test]
    public async Task Same_definition_again_succeeds_and_makes_nothing_new()
    {
        var definition = await TrackedAsync() with { Seed = new VolumeSeed { Content = new byte[512] } };
        var first = await Provider.EnsureDefinedAsync(definition).WaitAsync(Patience);
        Assert.That(Wire.ContractJson.ToBytes(await Provider.EnsureDefinedAsync(definition).WaitAsync(Patience)), Is.EqualTo(Wire.ContractJson.ToBytes(first)), "the same answer");

        // The pinned type is an answer, a seed may be written anew with another salt, and a record is only kept.
        var again = await Provider.EnsureDefinedAsync(
            definition with { MachineType = first.MachineType, Seed = new VolumeSeed { Content = new byte[1024] }, Record = "other" }).WaitAsync(Patience);

        Assert.That(again.MachineId, Is.EqualTo(first.MachineId));
        Assert.That((await AllAsync(Provider.ListAsync())).Count(machine => machine.MachineId == first.MachineId), Is.EqualTo(1));
    }

    [Test]
    public async Task Different_definition_is_a_conflict_and_changes_nothing()
    {
        var definition = await TrackedAsync();
        await Provider.EnsureDefinedAsync(definition).WaitAsync(Patience);

        await RefusedAsync(ErrorCodes.Conflict, () => Provider.EnsureDefinedAsync(definition with { Memory = new MachineMemory { SizeBytes = definition.Memory.SizeBytes * 2 } }));
        await RefusedAsync(ErrorCodes.Conflict, () => Provider.EnsureDefinedAsync(definition with { Cpu = new MachineCpu { Count = definition.Cpu.Count + 1 } }));
        await RefusedAsync(ErrorCodes.Conflict, () => Provider.EnsureDefinedAsync(definition with { DisplayName = "another" }));
        await RefusedAsync(ErrorCodes.Conflict, () => Provider.EnsureDefinedAsync(definition with { Disks = [] }));
        await Provider.EnsureDefinedAsync(definition).WaitAsync(Patience);
    }

    [Test]
    public async Task Definition_that_is_not_valid_is_refused_and_makes_nothing()
    {
        var valid = await TrackedAsync();
        var disk = valid.Disks[0];
        MachineDefinition[] wrong =
        [
            valid with { Ownership = valid.Ownership with { InstallationId = Guid.NewGuid() } },
            valid with { Ownership = valid.Ownership with { ResourceId = Guid.Empty } },
            valid with { Memory = new MachineMemory { SizeBytes = 0 } },
            valid with { Cpu = new MachineCpu { Count = 0 } },
            valid with { Seed = new VolumeSeed { Content = ReadOnlyMemory<byte>.Empty } },
            valid with { Seed = new VolumeSeed { Content = new byte[(4 << 20) + 1] } },
            valid with { Disks = [disk, disk] },
            valid with { Disks = [disk with { Attachment = null }] },
            valid with { Disks = [disk with { VolumeId = null }] },
            valid with { Disks = [disk with { Attachment = disk.Attachment! with { NodeId = new NodeId("elsewhere") } }] },
        ];

        foreach (var definition in wrong) await RefusedAsync(ErrorCodes.InvalidArgument, () => Provider.EnsureDefinedAsync(definition));
        Assert.That(await Provider.ObserveAsync(valid.Ownership.ResourceId).WaitAsync(Patience), Is.Null);
    }

    [Test]
    public void Nothing_is_no_definition()
    {
        Assert.That(() => Provider.EnsureDefinedAsync(null!), Throws.ArgumentNullException);
        Assert.That(() => Provider.UpdateAsync((UpdateMachineRequest)null!), Throws.ArgumentNullException);
        Assert.That(() => Provider.StartAsync(null!), Throws.ArgumentNullException);
    }

    [Test]
    public async Task Record_is_kept_with_the_machine()
    {
        var definition = await TrackedAsync() with { Record = "{\"name\":\"wéb-1 <&>\"}" };
        await Provider.EnsureDefinedAsync(definition).WaitAsync(Patience);

        Assert.That((await Provider.ObserveAsync(definition.Ownership.ResourceId).WaitAsync(Patience))!.Record, Is.EqualTo(definition.Record));
        Assert.That((await AllAsync(Provider.ListAsync())).Single(machine => machine.MachineId == definition.Ownership.ResourceId).Record, Is.EqualTo(definition.Record));
    }

    [Test]
    public async Task What_is_absent_is_not_found_and_can_be_deleted()
    {
        var definition = await TrackedAsync();
        var id = definition.Ownership.ResourceId;

        Assert.That(await Provider.ObserveAsync(id).WaitAsync(Patience), Is.Null);
        await RefusedAsync(ErrorCodes.NotFound, () => Provider.UpdateAsync(definition));
        await RefusedAsync(ErrorCodes.NotFound, () => Provider.StartAsync(definition));
        await RefusedAsync(ErrorCodes.NotFound, () => Provider.StopAsync(id, StopMode.Graceful));
        await RefusedAsync(ErrorCodes.NotFound, () => Provider.StopAsync(id, StopMode.Force));
        await RefusedAsync(ErrorCodes.NotFound, () => Provider.ResetAsync(id));
        await RefusedAsync(ErrorCodes.NotFound, () => Provider.PauseAsync(id));
        await RefusedAsync(ErrorCodes.NotFound, () => Provider.ResumeAsync(id));
        await RefusedAsync(ErrorCodes.NotFound, () => Provider.GetConsoleAsync(id, ConsoleKind.Vnc));
        if (Provider.GetCapability<ISerialLog>() is { } log) await RefusedAsync(ErrorCodes.NotFound, () => log.ReadSerialLogAsync(id, 0, 16));
        await Provider.DeleteAsync(id).WaitAsync(Patience);
        await Provider.DeleteAsync(Guid.Empty).WaitAsync(Patience);
    }

    [Test]
    public async Task Deleted_machine_is_gone_and_can_be_made_anew()
    {
        var definition = await TrackedAsync() with { Seed = new VolumeSeed { Content = new byte[512] } };
        for (var round = 0; round < 2; round++)
        {
            await Provider.EnsureDefinedAsync(definition with { Cpu = new MachineCpu { Count = 1 + round } }).WaitAsync(Patience);
            await Provider.DeleteAsync(definition.Ownership.ResourceId).WaitAsync(Patience);
            Assert.That(await Provider.ObserveAsync(definition.Ownership.ResourceId).WaitAsync(Patience), Is.Null);
        }
    }

    [Test]
    public async Task List_shows_ours_with_their_ids_and_others_without()
    {
        var (name, _) = await AddForeignAsync();
        var one = await TrackedAsync();
        var two = await TrackedAsync();
        await Provider.EnsureDefinedAsync(one).WaitAsync(Patience);
        await Provider.EnsureDefinedAsync(two).WaitAsync(Patience);

        var all = await AllAsync(Provider.ListAsync());

        Assert.That(all.Where(machine => machine.MachineId is not null).Select(machine => machine.MachineId!.Value), Is.EquivalentTo(new[] { one.Ownership.ResourceId, two.Ownership.ResourceId }));
        Assert.That(all.Single(machine => machine.HypervisorName == name).MachineId, Is.Null);
    }

    [Test]
    public async Task Foreign_machine_is_never_touched()
    {
        var (name, id) = await AddForeignAsync();
        if (id is { } foreign)
        {
            var definition = await TrackedAsync();
            definition = definition with { Ownership = definition.Ownership with { ResourceId = foreign } };
            Assert.That(await Provider.ObserveAsync(foreign).WaitAsync(Patience), Is.Null);
            await RefusedAsync(ErrorCodes.NotFound, () => Provider.StopAsync(foreign, StopMode.Force));
            await RefusedAsync(ErrorCodes.NotFound, () => Provider.ResetAsync(foreign));
            await RefusedAsync(ErrorCodes.NotFound, () => Provider.PauseAsync(foreign));
            await RefusedAsync(ErrorCodes.NotFound, () => Provider.ResumeAsync(foreign));
            await RefusedAsync(ErrorCodes.NotFound, () => Provider.UpdateAsync(definition));
            await RefusedAsync(ErrorCodes.NotFound, () => Provider.StartAsync(definition));
            await RefusedAsync(ErrorCodes.Conflict, () => Provider.EnsureDefinedAsync(definition));
            await Provider.DeleteAsync(foreign).WaitAsync(Patience);
        }

        Assert.That(await IsForeignUntouchedAsync(name), Is.True);
    }

    [Test]
    public async Task Many_callers_define_one_machine_once()
    {
        var definition = await TrackedAsync();

        await TogetherAsync(_ => Provider.EnsureDefinedAsync(definition));

        Assert.That((await AllAsync(Provider.ListAsync())).Count(machine => machine.MachineId == definition.Ownership.ResourceId), Is.EqualTo(1));
        await TogetherAsync(_ => Provider.DeleteAsync(definition.Ownership.ResourceId));
        Assert.That(await Provider.ObserveAsync(definition.Ownership.ResourceId).WaitAsync(Patience), Is.Null);
    }

    [Test]
    public async Task Many_callers_define_and_delete_their_own_machines()
    {
        var definitions = new List<MachineDefinition>();
        for (var number = 0; number < Callers; number++) definitions.Add(await TrackedAsync());

        await TogetherAsync(number => Provider.EnsureDefinedAsync(definitions[number]));
        Assert.That((await AllAsync(Provider.ListAsync())).Count(machine => machine.MachineId is not null), Is.EqualTo(Callers));
        await TogetherAsync(number => Provider.DeleteAsync(definitions[number].Ownership.ResourceId));
        Assert.That((await AllAsync(Provider.ListAsync())).Where(machine => machine.MachineId is not null), Is.Empty);
    }

    [Test]
    public async Task Definition_cancelled_in_its_middle_is_there_or_not_and_can_be_completed()
    {
        var definition = await TrackedAsync() with { Seed = new VolumeSeed { Content = new byte[512] } };
        var id = definition.Ownership.ResourceId;
        await CancelledInMidCallAsync(token => Provider.EnsureDefinedAsync(definition, token), async hasEnded =>
        {
            var there = await Provider.ObserveAsync(id).WaitAsync(Patience);
            Assert.That(there is not null || !hasEnded, "a call that succeeded has made the machine");
            Assert.That((await Provider.EnsureDefinedAsync(definition).WaitAsync(Patience)).PowerState, Is.EqualTo(PowerState.Stopped));
            await Provider.DeleteAsync(id).WaitAsync(Patience);
        });
    }

    [Test]
    public async Task Deletion_cancelled_in_its_middle_can_be_completed()
    {
        var definition = await TrackedAsync() with { Seed = new VolumeSeed { Content = new byte[512] } };
        var id = definition.Ownership.ResourceId;
        await Provider.EnsureDefinedAsync(definition).WaitAsync(Patience);
        await CancelledInMidCallAsync(token => Provider.DeleteAsync(id, token), async hasEnded =>
        {
            if (hasEnded) Assert.That(await Provider.ObserveAsync(id).WaitAsync(Patience), Is.Null);
            await Provider.DeleteAsync(id).WaitAsync(Patience);
            Assert.That(await Provider.ObserveAsync(id).WaitAsync(Patience), Is.Null);
            await Provider.EnsureDefinedAsync(definition).WaitAsync(Patience);
        });
    }

    /// <summary>A definition whose machine is deleted at the test's end.</summary>
    private async Task<MachineDefinition> TrackedAsync()
    {
        var definition = await NewDefinitionAsync();
        _made.Add(definition.Ownership.ResourceId);
        return definition;
    }
}
