using System.Collections.Concurrent;
using System.Text;
using LimiQuantix.Conformance.Wire;
using LimiQuantix.Guests;
using LimiQuantix.Machines;
using LimiQuantix.Plugins;

namespace LimiQuantix.Conformance.Fakes;

/// <summary>The options of a fake agent provider. They may be changed while it works.</summary>
public sealed class FakeGuestAgentOptions : FakeOptions
{
    /// <summary>The channel that its agent is on.</summary>
    public string ChannelName { get; set; } = VirtioChannel.QemuGuestAgent;

    /// <summary>How long an agent may take to answer on a channel of bytes.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The hypervisor that a remote one runs beside.</summary>
    public string Hypervisor { get; set; } = "fake";
}

/// <summary>A provider for the agents that fake hypervisors have in their guests: a question and an answer, by commands or as lines of bytes.</summary>
internal sealed class FakeGuestAgent(ProviderContext context, FakeGuestAgentOptions options)
    : FakeProvider(nameof(IGuestAgentProvider), context, options), IGuestAgentProvider
{
    private readonly ConcurrentDictionary<Guid, Session> _sessions = new();

    public string ChannelName => options.ChannelName;

    public async Task<GuestAgentObservation> DescribeAsync(DescribeGuestAgentRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        await AskAsync(nameof(DescribeAsync), request.MachineId, new FakeGuestQuestion { Verb = "describe" }, cancellationToken).ConfigureAwait(false);
        return new GuestAgentObservation { Product = "fake-agent", Version = "1", ObservedAt = Context.TimeProvider.GetUtcNow() };
    }

    public async Task<GetGuestAddressesResult> GetAddressesAsync(GetGuestAddressesRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var answer = await AskAsync(nameof(GetAddressesAsync), request.MachineId, new FakeGuestQuestion { Verb = "addresses" }, cancellationToken).ConfigureAwait(false);
        return new GetGuestAddressesResult { Addresses = answer.Addresses, ObservedAt = Context.TimeProvider.GetUtcNow() };
    }

    public async Task<ReadGuestFileResult> ReadFileAsync(ReadGuestFileRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var question = new FakeGuestQuestion { Verb = "read", Path = request.Path };
        var answer = await AskAsync(nameof(ReadFileAsync), request.MachineId, question, cancellationToken).ConfigureAwait(false);
        return new ReadGuestFileResult
        {
            Bytes = answer.File is { } text ? (ReadOnlyMemory<byte>?)Encoding.UTF8.GetBytes(text).AsMemory(0, Math.Min(request.MaxBytes, Encoding.UTF8.GetByteCount(text))) : null,
            ObservedAt = Context.TimeProvider.GetUtcNow(),
        };
    }

    private protected override async ValueTask CloseAsync()
    {
        foreach (var session in _sessions.Values) await session.CloseAsync().ConfigureAwait(false);
    }

    private async Task<FakeGuestAnswer> AskAsync(string member, Guid machineId, FakeGuestQuestion question, CancellationToken cancellationToken)
    {
        await CallAsync(member, machineId.ToString(), _ => { }, cancellationToken).ConfigureAwait(false);
        var text = Encoding.UTF8.GetString(ContractJson.ToBytes(question));
        var answer = await _sessions.GetOrAdd(machineId, id => new Session(Context, options, id)).AskAsync(text, cancellationToken).ConfigureAwait(false);
        if (answer.IsAbsent) throw new LimiQuantixException(ErrorCodes.AgentAbsent, "No agent runs in the guest.", target: machineId.ToString(), isTransient: true);
        return answer.IsRefused
            ? throw new LimiQuantixException(ErrorCodes.AgentRefused, $"The guest's policy forbids '{question.Verb}'.", target: machineId.ToString())
            : answer;
    }

    /// <summary>The one session with a machine's agent. A question that gets no answer, or whose asker goes away, ends it: the next one begins another.</summary>
    private sealed class Session(ProviderContext context, FakeGuestAgentOptions options, Guid machineId)
    {
        private readonly SemaphoreSlim _gate = new(1);
        private GuestByteChannel? _bytes;
        private StreamReader? _reader;

        public async Task<FakeGuestAnswer> AskAsync(string question, CancellationToken cancellationToken)
        {
            await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                // Looked at each time: a machine may be off or paused since.
                if (_bytes is null)
                {
                    var request = new OpenGuestChannelRequest { MachineId = machineId, Name = options.ChannelName };
                    var channel = await context.OpenGuestChannelAsync!(request, cancellationToken).ConfigureAwait(false);
                    if (channel is GuestCommandChannel commands)
                    {
                        var reply = await commands.Ask(new GuestCommand { Text = question }, cancellationToken).ConfigureAwait(false);
                        return ContractJson.FromBytes<FakeGuestAnswer>(Encoding.UTF8.GetBytes(reply.Text!));
                    }

                    _bytes = (GuestByteChannel)channel;
                    _reader = new StreamReader(_bytes.Stream, leaveOpen: true);
                }

                return await AskBytesAsync(question, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _gate.Release();
            }
        }

        public async Task CloseAsync()
        {
            await _gate.WaitAsync().ConfigureAwait(false);
            try
            {
                await EndAsync().ConfigureAwait(false);
            }
            finally
            {
                _gate.Release();
            }
        }

        private async Task<FakeGuestAnswer> AskBytesAsync(string question, CancellationToken cancellationToken)
        {
            using var deadline = new CancellationTokenSource(options.Timeout, context.TimeProvider);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
            try
            {
                await _bytes!.Stream.WriteAsync(Encoding.UTF8.GetBytes(question + "\n"), either.Token).ConfigureAwait(false);
                if (await _reader!.ReadLineAsync(either.Token).ConfigureAwait(false) is { } line) return ContractJson.FromBytes<FakeGuestAnswer>(Encoding.UTF8.GetBytes(line));
                await EndAsync().ConfigureAwait(false);
                throw Lost(null);
            }
            catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
            {
                await EndAsync().ConfigureAwait(false);
                throw new LimiQuantixException(ErrorCodes.AgentSilent, "The agent does not answer.", target: machineId.ToString(), isTransient: true, innerException: e);
            }
            catch (OperationCanceledException)
            {
                await EndAsync().ConfigureAwait(false);
                throw;
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
            {
                await EndAsync().ConfigureAwait(false);
                throw Lost(e);
            }
        }

        private LimiQuantixException Lost(Exception? cause) => new(
            ErrorCodes.Unavailable, "The session with the agent ended.", "Ask again.", machineId.ToString(), isTransient: true, innerException: cause);

        private async ValueTask EndAsync()
        {
            _reader?.Dispose();
            if (_bytes is { } bytes) await bytes.DisposeAsync().ConfigureAwait(false);
            (_bytes, _reader) = (null, null);
        }
    }
}
