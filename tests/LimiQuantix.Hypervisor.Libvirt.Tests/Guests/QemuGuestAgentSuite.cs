using System.Text;
using System.Text.Json.Nodes;
using LimiQuantix.Conformance;
using LimiQuantix.Guests;
using LimiQuantix.Hypervisor.Libvirt.Guests;
using LimiQuantix.Plugins;

namespace LimiQuantix.Hypervisor.Libvirt.Tests.Guests;

/// <summary>QEMU's guest agent on a channel whose other end answers as qemu-ga and libvirt do.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class QemuGuestAgentSuite(bool isRemote) : GuestAgentSuite(isRemote)
{
    private readonly Dictionary<Guid, ScriptedAgent> _agents = [];

    protected override ValueTask<IGuestAgentProvider> OpenAsync(ProviderContext context) => new(new QemuGuestAgent(
        context with { OpenGuestChannelAsync = (request, token) => Channel(context, request, token) }, new QemuGuestAgentOptions()));

    protected override Task<Guid> AnsweringAsync() => Add(new ScriptedAgent());

    protected override Task<Guid> AbsentAsync() => Add(new ScriptedAgent { Fails = ErrorCodes.AgentAbsent });

    protected override Task<Guid> SilentAsync() => Add(new ScriptedAgent { Fails = ErrorCodes.AgentSilent });

    protected override Task<Guid> RefusingAsync() => Add(new ScriptedAgent { Disabled = ["guest-network-get-interfaces", "guest-file-open"] });

    protected override Task<Guid> PausedAsync() => Add(new ScriptedAgent { Fails = ErrorCodes.MachinePaused });

    protected override Task<Guid> OffAsync() => Add(new ScriptedAgent { Fails = ErrorCodes.FailedPrecondition });

    [Test]
    public async Task Policy_that_keeps_the_version_leaves_the_agent_there()
    {
        var agent = await Provider.DescribeAsync(new DescribeGuestAgentRequest { MachineId = await Add(new ScriptedAgent { Disabled = ["guest-info"] }) });

        Assert.That((agent.Product, agent.Version), Is.EqualTo(("qemu-ga", (string?)null)));
    }

    [TestCase("")]
    [TestCase("null")]
    [TestCase("{\"return\":\"x\"}")]
    [TestCase("{\"return\":[{\"ip-addresses\":7}]}")]
    [TestCase("{\"return\":{\"buf-b64\":\"!\"}}")]
    public async Task Nonsense_of_a_guest_is_an_error_of_the_contract_or_nothing(string text)
    {
        var id = await Add(new ScriptedAgent { Says = text });
        foreach (var call in new Func<Task>[]
        {
            () => Provider.DescribeAsync(new DescribeGuestAgentRequest { MachineId = id }),
            () => Provider.GetAddressesAsync(new GetGuestAddressesRequest { MachineId = id }),
            () => Provider.ReadFileAsync(new ReadGuestFileRequest { MachineId = id, Path = FilePath, MaxBytes = 10 }),
        })
        {
            try
            {
                await call();
            }
            catch (LimiQuantixException error)
            {
                Assert.That(error.Code, Is.EqualTo(ErrorCodes.AgentSilent));
            }
        }
    }

    [Test]
    public async Task Every_file_that_was_opened_is_closed()
    {
        var id = await AnsweringAsync();
        await Provider.ReadFileAsync(new ReadGuestFileRequest { MachineId = id, Path = FilePath, MaxBytes = 1 << 20 });

        Assert.That(_agents[id].Open, Is.Empty);
    }

    [TestCase("failed to open file '/x' (mode: 'r'): No such file or directory", null)]
    [TestCase("failed to open file: The system cannot find the file specified.", null)]
    [TestCase("failed to open file '/x' (mode: 'r'): Permission denied", ErrorCodes.FailedPrecondition)]
    [TestCase("Command guest-file-open has been disabled", ErrorCodes.AgentRefused)]
    [TestCase("The command guest-file-open has been disabled for this instance", ErrorCodes.AgentRefused)]
    [TestCase("Command guest-file-open has been disabled: the command is not allowed", ErrorCodes.AgentRefused)]
    [TestCase("The command guest-file-open has not been found", ErrorCodes.AgentRefused)]
    public async Task Words_of_a_refusal_tell_what_it_is(string words, string? code)
    {
        var id = await Add(new ScriptedAgent { Words = words });
        var request = new ReadGuestFileRequest { MachineId = id, Path = "/x", MaxBytes = 10 };
        if (code is null) Assert.That((await Provider.ReadFileAsync(request)).Bytes, Is.Null);
        else await RefusedAsync(code, () => Provider.ReadFileAsync(request));
    }

    private Task<Guid> Add(ScriptedAgent agent)
    {
        var id = Guid.CreateVersion7();
        lock (_agents) _agents[id] = agent;
        return Task.FromResult(id);
    }

    private Task<GuestChannel> Channel(ProviderContext context, OpenGuestChannelRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ScriptedAgent? agent;
        lock (_agents) agent = _agents.GetValueOrDefault(request.MachineId);
        if (agent is null) throw new LimiQuantixException(ErrorCodes.NotFound, "There is no such machine.", target: request.MachineId.ToString());
        return Task.FromResult<GuestChannel>(new GuestCommandChannel
        {
            NodeId = context.NodeId,
            Ask = async (command, token) =>
            {
                await Task.Delay(1, token);
                return agent.Answer(command.Text, request.MachineId);
            },
        });
    }

    private sealed class ScriptedAgent
    {
        private readonly Dictionary<long, (byte[] Content, int Offset)> _open = [];
        private long _last;

        public string? Fails { get; init; }

        public string? Says { get; init; }

        /// <summary>What it refuses to open any file with.</summary>
        public string? Words { get; init; }

        public IReadOnlyList<string> Disabled { get; init; } = [];

        public IReadOnlyCollection<long> Open
        {
            get
            {
                lock (_open) return [.. _open.Keys];
            }
        }

        public GuestCommandReply Answer(string text, Guid machineId)
        {
            if (Fails is { } code) throw new LimiQuantixException(code, "Scripted.", target: machineId.ToString());
            if (Says is not null) return new GuestCommandReply { Text = Says };
            var command = JsonNode.Parse(text)!;
            var name = (string)command["execute"]!;
            var arguments = command["arguments"];
            if (Disabled.Contains(name)) return new GuestCommandReply { Error = $"Command {name} has been disabled" };
            lock (_open)
            {
                switch (name)
                {
                    case "guest-info":
                        return Return("""{"version":"7.2.0","supported_commands":[]}""");
                    case "guest-network-get-interfaces":
                        return Return($$"""[{"name":"eth0","ip-addresses":[{"ip-address":"{{Address}}","prefix":24}]},{"name":"lo","ip-addresses":[{"ip-address":"127.0.0.1"}]}]""");
                    case "guest-file-open":
                        if (Words is not null) return new GuestCommandReply { Error = Words };
                        var path = (string)arguments!["path"]!;
                        if (path is not (FilePath or EmptyPath))
                            return new GuestCommandReply { Error = $"failed to open file '{path}' (mode: 'r'): No such file or directory" };
                        _open[++_last] = (path == FilePath ? Encoding.UTF8.GetBytes(Content) : [], 0);
                        return Return(_last.ToString(System.Globalization.CultureInfo.InvariantCulture));
                    case "guest-file-read":
                        var handle = (long)arguments!["handle"]!;
                        var (content, offset) = _open[handle];
                        var count = Math.Min((int)arguments["count"]!, content.Length - offset);
                        _open[handle] = (content, offset + count);
                        var isEnd = offset + count == content.Length ? "true" : "false";
                        return Return($$"""{"count":{{count}},"buf-b64":"{{Convert.ToBase64String(content, offset, count)}}","eof":{{isEnd}}}""");
                    case "guest-file-close":
                        _open.Remove((long)arguments!["handle"]!);
                        return Return("{}");
                    default:
                        return new GuestCommandReply { Error = $"The command {name} has not been found" };
                }
            }
        }

        private static GuestCommandReply Return(string json) => new() { Text = "{\"return\":" + json + "}" };
    }
}
