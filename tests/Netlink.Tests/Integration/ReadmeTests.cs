using LimiQuantix.Testing;

namespace Netlink.Tests.Integration;

[Category("Integration")]
internal sealed class ReadmeTests
{
    [Test]
    public async Task First_program_of_the_readme_works_when_pasted_and_the_others_compile()
    {
        string[] examples = ScratchProgram.ExamplesOf("src/Netlink/README.md");
        await using var program = new ScratchProgram(typeof(RtnetlinkConnection), examples[0]);
        string others = string.Concat(examples.Skip(1).Select((each, index) => $"async Task Example{index}()\n{{\n{each}\n}}\n"));
        await File.WriteAllTextAsync(program.Folder.Combine("Others.cs"), $$"""
            using System.Diagnostics;
            using System.Net;
            using Netlink;
            internal sealed class Others(RtnetlinkConnection connection, NetworkNamespace blue)
            {
            {{others}}
            }
            """);
        string app = await program.BuildAsync();

        string output = await Command.OutputAsync(Requires.Tool("dotnet"), [app]);

        Assert.That(output, Does.StartWith("1: lo  mtu 65536 ").And.Contain("    127.0.0.1/8"));
    }
}
