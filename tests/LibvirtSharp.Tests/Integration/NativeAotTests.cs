using LimiQuantix.Testing;

namespace LibvirtSharp.Tests.Integration;

[Category("Integration")]
internal sealed class NativeAotTests
{
    [Test]
    public async Task Program_compiled_ahead_of_time_talks_to_the_daemon_without_a_warning_or_a_runtime()
    {
        PrivateLibvirtd daemon = await SharedLibvirtd.GetAsync();
        Requires.Tool("gcc");
        await using var program = new ScratchProgram(typeof(LibvirtConnection), """
            using LibvirtSharp;
            await using LibvirtConnection connection = await LibvirtConnection.OpenAsync(args[0]);
            await using LibvirtEventSubscription events = await connection.SubscribeAsync(LibvirtEventKind.DomainLifecycle);
            Domain domain = (await connection.ListAllDomainsAsync()).Single();
            Console.WriteLine($"{domain.Name} {(await domain.GetInfoAsync()).State} {(await connection.GetAllDomainStatisticsAsync()).Count}");
            Console.WriteLine((await domain.GetDefinitionAsync()).ToString().Contains("<name>test</name>"));
            """);
        string app = await program.PublishAheadOfTimeAsync();
        string output = await Command.OutputAsync(app, [$"test+unix:///default?socket={daemon.SocketPath}"]);
        Assert.That(output, Is.EqualTo("test Running 1\nTrue"));
    }
}
