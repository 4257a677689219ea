using LimiQuantix.Testing;
using Netlink.Tests.Support;

namespace Netlink.Tests.Integration;

/// <summary>A program of its own, compiled ahead of time: with all rights, and with none.</summary>
[Category("Integration")]
internal sealed class NativeAotTests
{
    private const string Program = """
        using System.Net;
        using Netlink;
        using NetworkNamespace space = NetworkNamespace.Open(args[0]);
        if (args.Length > 1)
        {
            await using (RtnetlinkConnection here = await RtnetlinkConnection.OpenAsync())
            {
                Console.WriteLine((await here.Links.ListAsync()).Any(link => link.Name == "lo"));
                await Show(() => here.Links.AddAsync(new LinkSpec { Name = "nl-not-made", Kind = new Bridge() }));
            }
            await Show(() => RtnetlinkConnection.OpenAsync(space));
            await Show(() => NetworkNamespace.CreateAsync());
            await Show(() => NetworkNamespace.CreateAsync("nl-not-made"));
            await Show(() => TapDevice.OpenAsync(new TapOptions { Name = "nl-not-made" }));
            await Show(() => new Nftables().ApplyAsync(new NftTransaction().Add(new NftTable { Family = NftFamily.Bridge, Name = "nl-not-made" })));
            return;
        }
        await using RtnetlinkConnection connection = await RtnetlinkConnection.OpenAsync(space);
        await using RtnetlinkMonitor monitor = await RtnetlinkMonitor.OpenAsync(RtnetlinkGroups.Links, new RtnetlinkOptions { Namespace = space });
        await connection.SendAsync(
        [
            NetlinkRequests.AddLink(new LinkSpec { Name = "br0", Up = true, Kind = new Bridge() }),
            NetlinkRequests.AddLink(new LinkSpec { Name = "vx0", Master = "br0", Kind = new Vxlan { Id = 9 } }),
            NetlinkRequests.AppendFdb(new FdbEntry { Link = "vx0", Address = MacAddress.Zero, Destination = IPAddress.Parse("10.0.0.2") }),
            NetlinkRequests.AddAddress(new LinkAddress { Link = "br0", Address = IPAddress.Parse("10.7.0.1"), PrefixLength = 24 }),
        ]);
        await foreach (RtnetlinkEvent next in monitor)
        {
            if (next is LinkChanged { Link.Name: "vx0" } changed)
            {
                Console.WriteLine($"{changed.Link.Kind}");
                break;
            }
        }
        Console.WriteLine($"{(await connection.Fdb.ListAsync("vx0")).Count(entry => entry.Destination is not null)} {(await connection.Addresses.ListAsync("br0"))[0].Address}");
        var nft = new Nftables(space);
        await nft.ApplyAsync(new NftTransaction().Add(new NftTable { Family = NftFamily.Inet, Name = "t" }).Add(new NftChain { Family = NftFamily.Inet, Table = "t", Name = "c", Hook = "input" })
            .Add(new NftRule { Family = NftFamily.Inet, Table = "t", Chain = "c", Expressions = [NftExpression.Equal(NftExpression.Payload("ip", "saddr"), NftExpression.Prefix("10.0.0.0", 8)), NftExpression.Counter, NftExpression.Accept] }));
        Console.WriteLine((await nft.ListAsync()).Rules.Single().Expressions.Count);
        async Task Show(Func<Task> act)
        {
            try
            {
                await act();
                Console.WriteLine("done");
            }
            catch (NetlinkException exception)
            {
                Console.WriteLine($"{exception.Kind} {exception.Message}");
            }
        }
        """;

    private ScratchProgram _program = null!;
    private string _app = null!;

    [OneTimeSetUp]
    public async Task Publish()
    {
        Requires.Root();
        Requires.Tool("gcc");
        Requires.Tool("nft");
        _program = new ScratchProgram(typeof(RtnetlinkConnection), Program);
        // It says itself on which systems it runs.
        _app = await _program.PublishAheadOfTimeAsync(ignored: "CA1416");
    }

    [OneTimeTearDown]
    public async Task Delete()
    {
        if (_program is not null)
            await _program.DisposeAsync();
    }

    [Test]
    public async Task Program_compiled_ahead_of_time_works_without_a_warning_or_a_runtime()
    {
        await using Scene scene = await Scene.CreateAsync();

        string output = await Command.OutputAsync(_app, [scene.Name]);

        Assert.That(output, Does.Match("^Vxlan { .*Id = 9.*}\n1 10.7.0.1\n3$"));
    }

    [Test]
    public async Task Missing_permission_names_the_capability_and_reading_needs_none()
    {
        await using Scene scene = await Scene.CreateAsync();

        string output = await Command.OutputAsync(Requires.Tool("setpriv"), ["--bounding-set=-all", "--inh-caps=-all", _app, scene.Name, "unprivileged"]);

        string[] lines = output.Split('\n');
        Assert.That(lines, Has.Length.EqualTo(7), output);
        Assert.That(lines[0], Is.EqualTo("True"));
        Assert.That(lines[1], Does.StartWith("NotPermitted RTM_NEWLINK bridge nl-not-made failed: EPERM").And.Contains("CAP_NET_ADMIN"));
        Assert.That(lines[2], Does.StartWith("NotPermitted setns(CLONE_NEWNET)").And.Contains("CAP_SYS_ADMIN"));
        Assert.That(lines[3], Does.StartWith("NotPermitted unshare(CLONE_NEWNET)").And.Contains("CAP_SYS_ADMIN"));
        Assert.That(lines[4], Does.StartWith("NotPermitted mount").And.Contains("CAP_SYS_ADMIN"));
        Assert.That(lines[5], Does.StartWith("NotPermitted TUNSETIFF nl-not-made").And.Contains("CAP_NET_ADMIN"));
        Assert.That(lines[6], Does.StartWith("NotPermitted nft -f failed").And.Contains("CAP_NET_ADMIN"));
    }
}
