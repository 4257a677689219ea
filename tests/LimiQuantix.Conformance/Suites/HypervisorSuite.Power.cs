using LimiQuantix.Consoles;
using LimiQuantix.Guests;
using LimiQuantix.Machines;
using NUnit.Framework;

namespace LimiQuantix.Conformance;

public abstract partial class HypervisorSuite
{
    [Test]
    public async Task Machine_starts_and_stops_as_often_as_it_is_told()
    {
        var definition = await TrackedAsync();
        var id = definition.Ownership.ResourceId;
        await Provider.EnsureDefinedAsync(definition).WaitAsync(Patience);
        await Provider.StopAsync(id, StopMode.Force).WaitAsync(Patience);
        await Provider.StopAsync(id, StopMode.Graceful).WaitAsync(Patience);

        for (var round = 0; round < 2; round++)
        {
            await Provider.StartAsync(definition).WaitAsync(Patience);
            await Provider.StartAsync(definition).WaitAsync(Patience);
            Assert.That((await Provider.ObserveAsync(id).WaitAsync(Patience))!.PowerState, Is.EqualTo(PowerState.Running));
            await Provider.StopAsync(id, StopMode.Force).WaitAsync(Patience);
            await Provider.StopAsync(id, StopMode.Force).WaitAsync(Patience);
            Assert.That((await Provider.ObserveAsync(id).WaitAsync(Patience))!.PowerState, Is.EqualTo(PowerState.Stopped));
        }
    }

    [Test]
    public async Task Machine_of_another_shape_does_not_start()
    {
        var definition = await TrackedAsync();
        await Provider.EnsureDefinedAsync(definition).WaitAsync(Patience);

        await RefusedAsync(ErrorCodes.Conflict, () => Provider.StartAsync(definition with { Memory = new MachineMemory { SizeBytes = definition.Memory.SizeBytes * 2 } }));
        await RefusedAsync(ErrorCodes.InvalidArgument, () => Provider.StartAsync(definition with { Ownership = definition.Ownership with { InstallationId = Guid.NewGuid() } }));
        Assert.That((await Provider.ObserveAsync(definition.Ownership.ResourceId).WaitAsync(Patience))!.PowerState, Is.EqualTo(PowerState.Stopped));
    }

    [Test]
    public async Task Many_callers_start_stop_and_delete_one_machine()
    {
        var definition = await TrackedAsync();
        var id = definition.Ownership.ResourceId;
        await Provider.EnsureDefinedAsync(definition).WaitAsync(Patience);

        await TogetherAsync(_ => Provider.StartAsync(definition));
        Assert.That((await Provider.ObserveAsync(id).WaitAsync(Patience))!.PowerState, Is.EqualTo(PowerState.Running));
        await TogetherAsync(_ => Provider.StopAsync(id, StopMode.Force));
        Assert.That((await Provider.ObserveAsync(id).WaitAsync(Patience))!.PowerState, Is.EqualTo(PowerState.Stopped));
        await Provider.StartAsync(definition).WaitAsync(Patience);
        await TogetherAsync(_ => Provider.DeleteAsync(id));
        Assert.That(await Provider.ObserveAsync(id).WaitAsync(Patience), Is.Null);
    }

    [Test]
    public async Task Start_cancelled_in_its_middle_has_started_the_machine_or_not()
    {
        var definition = await TrackedAsync();
        var id = definition.Ownership.ResourceId;
        await Provider.EnsureDefinedAsync(definition).WaitAsync(Patience);
        await CancelledInMidCallAsync(
            token => Provider.StartAsync(definition, token),
            async hasEnded =>
            {
                // What was cancelled may still be on its way at the hypervisor: a start goes through a moment in which the machine is held.
                var power = (await Provider.ObserveAsync(id).WaitAsync(Patience))!.PowerState;
                Assert.That(power, hasEnded ? Is.EqualTo(PowerState.Running) : Is.EqualTo(PowerState.Running).Or.EqualTo(PowerState.Stopped).Or.EqualTo(PowerState.Paused));
                await Provider.StartAsync(definition).WaitAsync(Patience);
                Assert.That((await Provider.ObserveAsync(id).WaitAsync(Patience))!.PowerState, Is.EqualTo(PowerState.Running));
                await Provider.StopAsync(id, StopMode.Force).WaitAsync(Patience);
            },
            rounds: 8);
    }

    [Test]
    public async Task Machine_is_paused_goes_on_and_is_reset_only_while_it_is_on()
    {
        var definition = await TrackedAsync();
        var id = definition.Ownership.ResourceId;
        await Provider.EnsureDefinedAsync(definition).WaitAsync(Patience);
        await RefusedAsync(ErrorCodes.FailedPrecondition, () => Provider.PauseAsync(id));
        await RefusedAsync(ErrorCodes.FailedPrecondition, () => Provider.ResumeAsync(id));
        await RefusedAsync(ErrorCodes.FailedPrecondition, () => Provider.ResetAsync(id));

        await Provider.StartAsync(definition).WaitAsync(Patience);
        await Provider.ResumeAsync(id).WaitAsync(Patience);
        for (var round = 0; round < 2; round++)
        {
            await Provider.PauseAsync(id).WaitAsync(Patience);
            await Provider.PauseAsync(id).WaitAsync(Patience);
            await IsAsync(PowerState.Paused);
            await Provider.ResumeAsync(id).WaitAsync(Patience);
            await IsAsync(PowerState.Running);
        }

        await Provider.PauseAsync(id).WaitAsync(Patience);
        await Provider.ResetAsync(id).WaitAsync(Patience);
        await IsAsync(PowerState.Running);

        // Asked again for the same operation, it is not done again: what was paused since stays so.
        var operation = Guid.CreateVersion7();
        await Provider.ResetAsync(id, operation).WaitAsync(Patience);
        await Provider.PauseAsync(id).WaitAsync(Patience);
        await Provider.ResetAsync(id, operation).WaitAsync(Patience);
        await IsAsync(PowerState.Paused);
        await Provider.StopAsync(id, StopMode.Force).WaitAsync(Patience);
        await IsAsync(PowerState.Stopped);

        async Task IsAsync(PowerState state) => Assert.That((await Provider.ObserveAsync(id).WaitAsync(Patience))!.PowerState, Is.EqualTo(state));
    }

    [Test]
    public async Task Console_is_one_of_a_running_machine()
    {
        var definition = await TrackedAsync();
        var id = definition.Ownership.ResourceId;
        var consoles = (await Provider.DescribeAsync().WaitAsync(Patience)).Consoles;
        await Provider.EnsureDefinedAsync(definition).WaitAsync(Patience);
        foreach (var kind in consoles) await RefusedAsync(ErrorCodes.FailedPrecondition, () => Provider.GetConsoleAsync(id, kind));

        await Provider.StartAsync(definition).WaitAsync(Patience);
        await RefusedAsync(ErrorCodes.NotFound, () => Provider.GetConsoleAsync(id, ConsoleKind.Unknown));
        foreach (var kind in consoles)
        {
            var endpoint = await Provider.GetConsoleAsync(id, kind).WaitAsync(Patience);
            Assert.That(endpoint.NodeId, Is.EqualTo(Context.NodeId));
            if (endpoint is OpenedConsole opened) await opened.Stream.DisposeAsync();
        }
    }

    [Test]
    public async Task Serial_log_is_read_from_any_offset()
    {
        if (Provider.GetCapability<ISerialLog>() is not { } log) return;
        var definition = await TrackedAsync();
        var id = definition.Ownership.ResourceId;
        await Provider.EnsureDefinedAsync(definition).WaitAsync(Patience);

        foreach (var offset in new long[] { 0, -16, long.MinValue, long.MaxValue })
        {
            var chunk = await log.ReadSerialLogAsync(id, offset, 64).WaitAsync(Patience);
            Assert.That(chunk.Bytes.Length, Is.InRange(0, 64));
            Assert.That(chunk.NextOffset, Is.GreaterThanOrEqualTo(chunk.Bytes.Length));
        }

        Assert.That((await log.ReadSerialLogAsync(id, 0, 0).WaitAsync(Patience)).Bytes.Length, Is.Zero);
    }

    [Test]
    public async Task Channel_is_opened_of_a_machine_that_runs_and_has_it()
    {
        if (Provider.GetCapability<IGuestChannels>() is not { } channels) return;
        var definition = await TrackedAsync() with { Channels = [new VirtioChannel { Name = VirtioChannel.QemuGuestAgent }] };
        var id = definition.Ownership.ResourceId;
        await RefusedAsync(ErrorCodes.NotFound, () => OpenAsync(VirtioChannel.QemuGuestAgent));
        await Provider.EnsureDefinedAsync(definition).WaitAsync(Patience);
        await RefusedAsync(ErrorCodes.FailedPrecondition, () => OpenAsync(VirtioChannel.QemuGuestAgent));
        await Provider.StartAsync(definition).WaitAsync(Patience);

        await RefusedAsync(ErrorCodes.AgentAbsent, () => OpenAsync("org.example.none.0"));
        await using (var channel = await OpenAsync(VirtioChannel.QemuGuestAgent).WaitAsync(Patience))
        {
            Assert.That(channel.NodeId, Is.EqualTo(Context.NodeId));
            if (channel is GuestCommandChannel commands)
                await RefusedAsync(ErrorCodes.AgentAbsent, () => commands.Ask(new GuestCommand { Text = """{"execute":"guest-ping"}""" }, CancellationToken.None));
        }

        await Provider.PauseAsync(id).WaitAsync(Patience);
        await RefusedAsync(ErrorCodes.MachinePaused, () => OpenAsync(VirtioChannel.QemuGuestAgent));

        Task<GuestChannel> OpenAsync(string name) => channels.OpenChannelAsync(new OpenGuestChannelRequest { MachineId = id, Name = name });
    }

    [Test]
    public async Task Channel_of_bytes_is_not_opened_where_only_commands_may_be()
    {
        if (Provider.GetCapability<IGuestChannels>() is not { } channels) return;
        var definition = await TrackedAsync() with { Channels = [new VirtioChannel { Name = VirtioChannel.GuestAgent }] };
        await Provider.EnsureDefinedAsync(definition).WaitAsync(Patience);
        await Provider.StartAsync(definition).WaitAsync(Patience);
        var request = new OpenGuestChannelRequest { MachineId = definition.Ownership.ResourceId, Name = VirtioChannel.GuestAgent };

        await using var channel = await channels.OpenChannelAsync(request).WaitAsync(Patience);

        if (channel is not GuestByteChannel) return;
        var refusal = await RefusedAsync(ErrorCodes.Unavailable, () => channels.OpenChannelAsync(request with { CommandsOnly = true }));
        Assert.That(refusal.IsTransient, Is.False);
    }

    [Test]
    public async Task Watch_begins_with_a_resync_and_tells_every_watcher_of_every_change()
    {
        var definition = await TrackedAsync();
        var id = definition.Ownership.ResourceId;
        using var end = new CancellationTokenSource(Patience);
        await using var one = Provider.WatchAsync(end.Token).GetAsyncEnumerator(end.Token);
        await using var two = Provider.WatchAsync(end.Token).GetAsyncEnumerator(end.Token);
        foreach (var watcher in new[] { one, two })
        {
            Assert.That(await watcher.MoveNextAsync(), Is.True);
            Assert.That(watcher.Current.Kind, Is.EqualTo(HypervisorEventKind.Resync));
            Assert.That(watcher.Current.MachineId, Is.Null);
        }

        await Provider.EnsureDefinedAsync(definition).WaitAsync(Patience);
        await Provider.StartAsync(definition).WaitAsync(Patience);
        await BothAsync(change => change.Kind == HypervisorEventKind.Changed && change.PowerState == PowerState.Running);
        await Provider.StopAsync(id, StopMode.Force).WaitAsync(Patience);
        await BothAsync(change => change.Kind == HypervisorEventKind.Changed && change.PowerState == PowerState.Stopped);
        await Provider.DeleteAsync(id).WaitAsync(Patience);
        await BothAsync(change => change.Kind == HypervisorEventKind.Removed);

        async Task BothAsync(Func<HypervisorEvent, bool> isIt)
        {
            foreach (var watcher in new[] { one, two }) await UntilAsync(watcher, isIt);
        }

        async Task UntilAsync(IAsyncEnumerator<HypervisorEvent> watcher, Func<HypervisorEvent, bool> isIt)
        {
            do Assert.That(await watcher.MoveNextAsync(), Is.True);
            while (watcher.Current.MachineId != id || !isIt(watcher.Current));
        }
    }

    [Test]
    public async Task Watch_ends_by_cancellation()
    {
        using var end = new CancellationTokenSource();
        await using var watcher = Provider.WatchAsync(end.Token).GetAsyncEnumerator(end.Token);
        await watcher.MoveNextAsync().AsTask().WaitAsync(Patience);
        var next = watcher.MoveNextAsync().AsTask();
        await end.CancelAsync();

        Assert.That(() => next.WaitAsync(Patience), Throws.InstanceOf<OperationCanceledException>());
    }
}
