using System.Text;
using LimiQuantix.Guests;
using NUnit.Framework;

namespace LimiQuantix.Conformance;

/// <summary>What every <see cref="IGuestAgentProvider"/> does.</summary>
public abstract class GuestAgentSuite(bool isRemote) : ProviderSuite<IGuestAgentProvider>(isRemote)
{
    /// <summary>An address that the guest of <see cref="AnsweringAsync"/> has.</summary>
    protected const string Address = "192.0.2.7";

    /// <summary>A file that it has, with <see cref="Content"/>.</summary>
    protected const string FilePath = "/etc/motd";

    /// <summary>What is in the file: more than one piece of most protocols.</summary>
    protected static string Content { get; } = string.Concat(Enumerable.Range(0, 40_000).Select(number => $"line {number}\n"));

    /// <summary>An empty file that it has.</summary>
    protected const string EmptyPath = "/etc/empty";

    /// <summary>A machine whose agent answers everything.</summary>
    protected abstract Task<Guid> AnsweringAsync();

    /// <summary>A running machine without an agent.</summary>
    protected abstract Task<Guid> AbsentAsync();

    /// <summary>A running machine whose agent does not answer.</summary>
    protected abstract Task<Guid> SilentAsync();

    /// <summary>A running machine whose agent answers, and may not tell addresses nor read files.</summary>
    protected abstract Task<Guid> RefusingAsync();

    /// <summary>A machine that is paused.</summary>
    protected abstract Task<Guid> PausedAsync();

    /// <summary>A machine that is off.</summary>
    protected abstract Task<Guid> OffAsync();

    protected override IEnumerable<(string Member, Func<CancellationToken, Task> Call)> EveryCall() =>
        EveryVerb(Guid.NewGuid()).Select(verb => (verb.Member, verb.Call));

    [Test]
    public void Channel_has_a_name() => Assert.That(Provider.ChannelName, Does.Match("^[A-Za-z0-9._-]{1,63}$"));

    [Test]
    public async Task Agent_says_what_it_is()
    {
        var agent = await Provider.DescribeAsync(new DescribeGuestAgentRequest { MachineId = await AnsweringAsync() }).WaitAsync(Patience);

        Assert.That(agent.Product, Is.Not.Empty);
        Assert.That(agent.ObservedAt, Is.EqualTo(Context.TimeProvider.GetUtcNow()).Within(Patience));
    }

    [Test]
    public async Task Addresses_are_the_guests()
    {
        var said = await Provider.GetAddressesAsync(new GetGuestAddressesRequest { MachineId = await AnsweringAsync() }).WaitAsync(Patience);

        Assert.That(said.Addresses, Is.EqualTo([Address]));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(5000)]
    [TestCase(1 << 20)]
    public async Task File_is_read_as_far_as_it_was_asked_for(int maxBytes)
    {
        var id = await AnsweringAsync();
        var whole = Encoding.UTF8.GetBytes(Content);

        Assert.That((await ReadAsync(id, FilePath, maxBytes))!.Value.Span.SequenceEqual(whole.AsSpan(0, Math.Min(maxBytes, whole.Length))), Is.True);
        Assert.That((await ReadAsync(id, EmptyPath, maxBytes))!.Value.Length, Is.Zero, "an empty file is a file");
    }

    [Test]
    public async Task File_that_is_not_there_is_an_answer_and_no_agent_is_an_error()
    {
        Assert.That(await ReadAsync(await AnsweringAsync(), "/no/such/file", 10), Is.Null);
        await RefusedAsync(ErrorCodes.AgentAbsent, async () => await ReadAsync(await AbsentAsync(), FilePath, 10));
    }

    [Test]
    public async Task Every_verb_tells_why_there_is_no_answer()
    {
        foreach (var (id, code) in new[]
        {
            (await AbsentAsync(), ErrorCodes.AgentAbsent), (await SilentAsync(), ErrorCodes.AgentSilent), (await PausedAsync(), ErrorCodes.MachinePaused),
            (await OffAsync(), ErrorCodes.FailedPrecondition), (Guid.NewGuid(), ErrorCodes.NotFound),
        })
        {
            foreach (var (member, call) in EveryVerb(id))
            {
                var error = await RefusedAsync(code, () => call(CancellationToken.None));
                Assert.That(error.Target, Does.Contain(id.ToString()), $"{member}: {code}");
            }
        }
    }

    [Test]
    public async Task Refusal_is_the_guests_policy_and_the_agent_is_there()
    {
        var id = await RefusingAsync();

        Assert.That((await Provider.DescribeAsync(new DescribeGuestAgentRequest { MachineId = id }).WaitAsync(Patience)).Product, Is.Not.Empty);
        await RefusedAsync(ErrorCodes.AgentRefused, () => ReadAsync(id, FilePath, 10));
        await RefusedAsync(ErrorCodes.AgentRefused, () => Provider.GetAddressesAsync(new GetGuestAddressesRequest { MachineId = id }));
    }

    [Test]
    public async Task Many_callers_share_one_machines_agent()
    {
        var id = await AnsweringAsync();

        await TogetherAsync(async number =>
        {
            if (number % 2 == 0) Assert.That((await Provider.GetAddressesAsync(new GetGuestAddressesRequest { MachineId = id })).Addresses, Is.EqualTo([Address]));
            else Assert.That(Encoding.UTF8.GetString((await ReadAsync(id, FilePath, 100 * number))!.Value.Span), Is.EqualTo(Content[..(100 * number)]));
        });
    }

    [Test]
    public async Task Call_that_is_cancelled_in_its_middle_leaves_the_agent_to_the_next()
    {
        var id = await AnsweringAsync();
        await CancelledInMidCallAsync(
            token => Provider.ReadFileAsync(new ReadGuestFileRequest { MachineId = id, Path = FilePath, MaxBytes = 1 << 20 }, token),
            async _ => Assert.That(Encoding.UTF8.GetString((await ReadAsync(id, FilePath, 9))!.Value.Span), Is.EqualTo(Content[..9])));
    }

    [Test]
    public void Nothing_is_no_request()
    {
        Assert.That(() => Provider.DescribeAsync(null!), Throws.ArgumentNullException);
        Assert.That(() => Provider.GetAddressesAsync(null!), Throws.ArgumentNullException);
        Assert.That(() => Provider.ReadFileAsync(null!), Throws.ArgumentNullException);
    }

    private async Task<ReadOnlyMemory<byte>?> ReadAsync(Guid id, string path, int maxBytes) =>
        (await Provider.ReadFileAsync(new ReadGuestFileRequest { MachineId = id, Path = path, MaxBytes = maxBytes }).WaitAsync(Patience)).Bytes;

    private IEnumerable<(string Member, Func<CancellationToken, Task> Call)> EveryVerb(Guid id)
    {
        yield return (nameof(Provider.DescribeAsync), token => Provider.DescribeAsync(new DescribeGuestAgentRequest { MachineId = id }, token));
        yield return (nameof(Provider.GetAddressesAsync), token => Provider.GetAddressesAsync(new GetGuestAddressesRequest { MachineId = id }, token));
        yield return (nameof(Provider.ReadFileAsync), token => Provider.ReadFileAsync(new ReadGuestFileRequest { MachineId = id, Path = FilePath, MaxBytes = 10 }, token));
    }
}
