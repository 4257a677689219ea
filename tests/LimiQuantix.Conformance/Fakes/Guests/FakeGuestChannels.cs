using System.Text;
using LimiQuantix.Conformance.Wire;
using LimiQuantix.Guests;
using LimiQuantix.Machines;
using LimiQuantix.Nodes;

namespace LimiQuantix.Conformance.Fakes;

/// <summary>What a fake agent is asked: one line of JSON.</summary>
internal sealed record FakeGuestQuestion
{
    public required string Verb { get; init; }

    public string? Path { get; init; }
}

/// <summary>What a fake agent answers: one line of JSON.</summary>
internal sealed record FakeGuestAnswer
{
    public bool IsAbsent { get; init; }

    public bool IsRefused { get; init; }

    public IReadOnlyList<string> Addresses { get; init; } = [];

    public string? File { get; init; }
}

/// <summary>The channels of a fake hypervisor: those of <see cref="FakeHypervisorOptions.ByteChannels"/> are bytes, with one host; the others commands.</summary>
internal sealed class FakeGuestChannels(FakeWorld world, string hypervisor, NodeId node, Func<string, bool> isBytes)
{
    private readonly FakeHypervisorSide _side = world.Hypervisor(hypervisor);

    public GuestChannel Open(FakeThings things, OpenGuestChannelRequest request)
    {
        var id = request.MachineId;
        var machine = _side.Find(things, id) is { IsForeign: false } found ? found
            : throw new LimiQuantixException(ErrorCodes.NotFound, $"There is no machine {id}.", target: id.ToString());
        if (NotRunning(machine) is { } off) throw off;
        if (!machine.Definition.Channels.OfType<VirtioChannel>().Any(channel => channel.Name == request.Name))
            throw new LimiQuantixException(ErrorCodes.AgentAbsent, $"The machine has no channel '{request.Name}'.", target: id.ToString());
        if (!isBytes(request.Name)) return new GuestCommandChannel { NodeId = node, Ask = (command, token) => AskAsync(id, command, token) };
        if (request.CommandsOnly) throw new LimiQuantixException(ErrorCodes.Unavailable, $"The channel '{request.Name}' is bytes, which have one host.", target: id.ToString());
        var (near, far) = DuplexStream.CreatePair();
        _ = ServeAsync(id, far);
        return new GuestByteChannel { NodeId = node, Stream = near };
    }

    private static LimiQuantixException? NotRunning(FakeMachine machine)
    {
        var id = machine.Definition.Ownership.ResourceId.ToString();
        return machine.PowerState switch
        {
            PowerState.Running or PowerState.Stopping => null,
            PowerState.Paused => new LimiQuantixException(ErrorCodes.MachinePaused, "The machine is paused.", "Resume it.", id),
            _ => new LimiQuantixException(ErrorCodes.FailedPrecondition, "The machine does not run.", "Start it first.", id),
        };
    }

    private async Task<GuestCommandReply> AskAsync(Guid id, GuestCommand command, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (machine, guest) = world.Read(things => (_side.Find(things, id), _side.Guest(things, id)));
        if (machine is null) throw new LimiQuantixException(ErrorCodes.NotFound, $"There is no machine {id}.", target: id.ToString());
        if (NotRunning(machine) is { } off) throw off;
        if (guest is null) throw new LimiQuantixException(ErrorCodes.AgentAbsent, "No agent runs in the guest.", target: id.ToString(), isTransient: true);
        if (guest.IsSilent) throw new LimiQuantixException(ErrorCodes.AgentSilent, "The agent does not answer.", target: id.ToString(), isTransient: true);
        await Task.Yield();
        return new GuestCommandReply { Text = Encoding.UTF8.GetString(ContractJson.ToBytes(Answer(guest, ContractJson.FromBytes<FakeGuestQuestion>(Encoding.UTF8.GetBytes(command.Text))))) };
    }

    private static FakeGuestAnswer Answer(FakeGuest? guest, FakeGuestQuestion question) => guest switch
    {
        null => new FakeGuestAnswer { IsAbsent = true },
        _ when guest.Refuses.Contains(question.Verb) => new FakeGuestAnswer { IsRefused = true },
        _ => new FakeGuestAnswer { Addresses = guest.Addresses, File = question.Path is { } path ? guest.Files.GetValueOrDefault(path) : null },
    };

    // Line by line, as long as somebody is at the other end.
    private async Task ServeAsync(Guid id, DuplexStream far)
    {
        await using (far.ConfigureAwait(false))
        {
            using var reader = new StreamReader(far, leaveOpen: true);
            try
            {
                while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
                {
                    var guest = world.Read(things => _side.Guest(things, id));
                    if (guest is { IsSilent: true }) continue;
                    var answer = Answer(guest, ContractJson.FromBytes<FakeGuestQuestion>(Encoding.UTF8.GetBytes(line)));
                    await far.WriteAsync((byte[])[.. ContractJson.ToBytes(answer), (byte)'\n']).ConfigureAwait(false);
                }
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
            {
                // The host went away.
            }
        }
    }
}
