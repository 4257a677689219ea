using LibvirtSharp.Protocol;
using LibvirtSharp.Tests.Support;
using LibvirtSharp.Xdr;

namespace LibvirtSharp.Tests;

/// <summary>What the object surface makes of its arguments, as a server sees it.</summary>
internal sealed class DomainCallTests
{
    private static readonly DomainRef Ref = new() { Name = "d", Id = 1 };

    private static IEnumerable<TestCaseData> AgentTimeouts()
    {
        yield return new TestCaseData(null, (int)DomainAgentResponseTimeoutValues.Default).SetArgDisplayNames("default");
        yield return new TestCaseData(Timeout.InfiniteTimeSpan, (int)DomainAgentResponseTimeoutValues.Block).SetArgDisplayNames("infinite");
        yield return new TestCaseData(TimeSpan.Zero, (int)DomainAgentResponseTimeoutValues.NoWait).SetArgDisplayNames("zero");
        yield return new TestCaseData(TimeSpan.FromMilliseconds(1), 1).SetArgDisplayNames("a millisecond");
        yield return new TestCaseData(TimeSpan.FromSeconds(61), 61).SetArgDisplayNames("a minute and one");
    }

    [TestCaseSource(nameof(AgentTimeouts))]
    public async Task Agents_time_is_libvirts_number(TimeSpan? timeout, int seconds)
    {
        await using var server = new FakeServer();
        int? sent = null;
        server.On(RemoteProcedure.DomainAgentSetResponseTimeout, call =>
        {
            sent = AfterDomain(call).Int();
            return call.ReplyAsync(w => w.Int(0));
        });
        await using LibvirtConnection connection = await server.ConnectAsync();
        await new Domain(connection, Ref).SetAgentResponseTimeoutAsync(timeout);
        Assert.That(sent, Is.EqualTo(seconds));
    }

    [Test]
    public async Task Times_and_sizes_that_libvirt_cannot_count_are_refused()
    {
        await using var server = new FakeServer();
        await using LibvirtConnection connection = await server.ConnectAsync();
        var domain = new Domain(connection, Ref);
        Assert.That(() => domain.SetAgentResponseTimeoutAsync(TimeSpan.FromSeconds(-2)), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => domain.SetMemoryStatisticsPeriodAsync(TimeSpan.FromDays(100_000)), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => domain.SendKeyAsync(KeycodeSet.Linux, TimeSpan.FromMilliseconds(-50), new uint[] { 28 }), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => domain.SetMigrationMaxDowntimeAsync(TimeSpan.FromSeconds(-1)), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => domain.SetMigrationMaxDowntimeAsync(TimeSpan.MaxValue), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => domain.SetMemoryAsync(1500), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("kibibytes"));
        Assert.That(() => domain.SetMaxMemoryAsync(1500), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    [Platform("Linux")]
    [System.Runtime.Versioning.SupportedOSPlatform("linux")]
    public async Task File_that_is_null_or_closed_is_refused_as_an_argument_when_it_is_to_be_passed()
    {
        await using var server = new FakeServer();
        await using LibvirtConnection connection = await server.ConnectAsync();
        var domain = new Domain(connection, Ref);
        var closed = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, 0);
        System.Net.Sockets.SafeSocketHandle handle = closed.SafeHandle;
        closed.Dispose();
        Assert.That(() => domain.StartAsync([null!]), Throws.ArgumentException);
        Assert.That(() => domain.OpenGraphicsAsync(null!), Throws.ArgumentException);
        Assert.That(() => domain.OpenGraphicsAsync(handle), Throws.ArgumentException);
    }

    [Test]
    public async Task Argument_is_named_when_it_is_null_or_too_long_for_the_protocol()
    {
        await using var server = new FakeServer();
        await using LibvirtConnection connection = await server.ConnectAsync();
        Assert.That(() => connection.DefineDomainAsync(null!), Throws.ArgumentNullException.With.Property(nameof(ArgumentException.ParamName)).EqualTo("xml"));
        Assert.That(() => connection.LookupDomainByNameAsync(null!), Throws.ArgumentNullException.With.Property(nameof(ArgumentException.ParamName)).EqualTo("name"));
        Assert.That(() => connection.DefineDomainAsync(new string('x', 5_000_000)), Throws.ArgumentException.With.Message.Contains("xml").And.Message.Contains("4194304"));
        Assert.That(
            () => new Domain(connection, Ref).SendKeyAsync(KeycodeSet.Linux, TimeSpan.Zero, new uint[17]),
            Throws.ArgumentException.With.Message.Contains("keycodes"));
    }

    [Test]
    public async Task Object_that_is_null_is_refused_as_an_argument()
    {
        await using var server = new FakeServer();
        await using LibvirtConnection connection = await server.ConnectAsync();
        var pool = new StoragePool(connection, new StoragePoolRef { Name = "p" });
        Assert.That(() => pool.CloneVolumeAsync("<volume/>", null!), Throws.ArgumentNullException);
        Assert.That(() => connection.GetDomainStatisticsAsync([null!]), Throws.ArgumentException);
    }

    [Test]
    public async Task Agent_is_asked_when_calls_may_take_the_longest_time_there_is()
    {
        await using var server = new FakeServer();
        server.On(QemuProcedure.DomainAgentCommand, call => call.ReplyAsync(w =>
        {
            w.Optional(true);
            w.String("{}", 10);
        }));
        await using LibvirtConnection connection = await server.ConnectAsync(options => options.CallTimeout = TimeSpan.MaxValue);
        Assert.That(await new Domain(connection, Ref).QemuAgentCommandAsync("{}", TimeSpan.FromSeconds(1)), Is.EqualTo("{}"));
    }

    [Test]
    public async Task File_of_the_host_is_refused_when_it_would_lie_in_the_daemons_folder()
    {
        await using var server = new FakeServer();
        await using LibvirtConnection connection = await server.ConnectAsync();
        var domain = new Domain(connection, Ref);
        Assert.That(() => domain.SaveAsync("saved"), Throws.ArgumentException.With.Message.Contains("absolute"));
        Assert.That(() => domain.CoreDumpAsync("./core"), Throws.ArgumentException);
        Assert.That(() => connection.RestoreDomainAsync("saved"), Throws.ArgumentException);
        Assert.That(() => connection.GetSaveImageXmlAsync(""), Throws.ArgumentException);
        Assert.That(() => connection.DefineSaveImageXmlAsync("saved", "<domain/>"), Throws.ArgumentException);
    }

    [Test]
    public async Task Source_is_told_when_a_migration_is_cancelled_while_it_begins()
    {
        await using var server = new FakeServer();
        using var cancel = new CancellationTokenSource();
        bool confirmed = false;
        server.On(RemoteProcedure.DomainGetState, call => call.ReplyAsync(w =>
        {
            w.Int((int)DomainState.Running);
            w.Int(1);
        }));
        server.On(RemoteProcedure.DomainMigrateBegin3Params, async call =>
        {
            await cancel.CancelAsync();
            await call.ReplyAsync(w =>
            {
                w.Opaque([1], 16);
                w.String("<domain/>", 100);
            });
        });
        server.On(RemoteProcedure.DomainMigrateConfirm3Params, call =>
        {
            confirmed = true;
            return call.ReplyAsync();
        });
        await using LibvirtConnection connection = await server.ConnectAsync();
        await using LibvirtConnection other = await server.ConnectAsync();
        Assert.That(() => new Domain(connection, Ref).MigrateAsync(other, cancellationToken: cancel.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(confirmed, Is.True);
    }

    [Test]
    public async Task Launch_security_is_asked_for_with_its_strings()
    {
        await using var server = new FakeServer();
        uint flags = 0;
        server.On(RemoteProcedure.DomainGetLaunchSecurityInfo, call =>
        {
            flags = AfterDomain(call).UInt();
            return call.ReplyAsync(w => w.UInt(0));
        });
        await using LibvirtConnection connection = await server.ConnectAsync();
        await new Domain(connection, Ref).GetLaunchSecurityInfoAsync();
        Assert.That(flags, Is.EqualTo(TypedParameter.StringsWelcome));
    }

    [Test]
    public async Task Definitions_without_flags_use_the_calls_that_old_daemons_know()
    {
        await using var server = new FakeServer();
        Action<XdrWriter> network = w => new NetworkRef { Name = "n" }.Write(w);
        server.On(RemoteProcedure.NetworkDefineXml, call => call.ReplyAsync(network));
        server.On(RemoteProcedure.NetworkCreateXml, call => call.ReplyAsync(network));
        server.On(RemoteProcedure.NwFilterDefineXml, call => call.ReplyAsync(w => new NwFilterRef { Name = "f" }.Write(w)));
        await using LibvirtConnection connection = await server.ConnectAsync();
        Assert.That((await connection.DefineNetworkAsync("<network/>")).Name, Is.EqualTo("n"));
        Assert.That((await connection.CreateNetworkAsync("<network/>")).Name, Is.EqualTo("n"));
        Assert.That((await connection.DefineNwFilterAsync("<filter/>")).Name, Is.EqualTo("f"));
        LibvirtException unknown = await Failure.OfAsync(() => connection.DefineNetworkAsync("<network/>", NetworkDefineFlags.Validate));
        Assert.That(unknown.Procedure, Is.EqualTo("NetworkDefineXmlFlags"));
    }

    private static XdrReader AfterDomain(FakeCall call)
    {
        var reader = new XdrReader(call.Payload);
        DomainRef.Read(ref reader);
        return reader;
    }
}
