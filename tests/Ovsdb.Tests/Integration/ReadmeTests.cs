using LimiQuantix.Testing;
using Ovsdb.Tests.Support;

namespace Ovsdb.Tests.Integration;

[Category("Integration")]
internal sealed class ReadmeTests
{
    [Test]
    public async Task First_program_of_the_readme_works_when_pasted()
    {
        await using OvsdbServer server = await OvsdbServer.StartAsync();
        await using var program = new ScratchProgram(typeof(OvsdbClient), ScratchProgram.ExamplesOf("src/Ovsdb/README.md")[0]);
        string app = await program.BuildAsync();
        string output = await Command.OutputAsync(Requires.Tool("dotnet"), [app, server.Endpoint]);
        Assert.That(output, Is.EqualTo("demo: 1 ports"));
    }
}
