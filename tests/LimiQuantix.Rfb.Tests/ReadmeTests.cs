using System.Net;
using System.Net.Sockets;
using LimiQuantix.Rfb.Tests.Support;
using LimiQuantix.Testing;

namespace LimiQuantix.Rfb.Tests;

internal sealed class ReadmeTests
{
    [Test]
    public async Task First_program_of_the_readme_is_the_one_compiled_here()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "src/LimiQuantix.Rfb/README.md"));
        var source = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "tests/LimiQuantix.Rfb.Tests/Support/ReadmeProgram.cs"));

        var shown = Between(readme, "```csharp\n", "```").Replace("5901", "port", StringComparison.Ordinal).Replace("\"screen.png\"", "file", StringComparison.Ordinal);
        var compiled = Between(source, "// begin\n", "        // end");

        Assert.That(
            shown.Split('\n', StringSplitOptions.TrimEntries).Where(line => !line.StartsWith("using System", StringComparison.Ordinal) && line != "using LimiQuantix.Rfb;").SkipWhile(line => line.Length == 0),
            Is.EqualTo(compiled.Split('\n', StringSplitOptions.TrimEntries)));
    }

    [Test]
    public async Task First_program_of_the_readme_works()
    {
        await using var folder = new TemporaryFolder();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var running = ReadmeProgram.RunAsync(((IPEndPoint)listener.LocalEndpoint).Port, folder.Combine("screen.png"));
        using var accepted = await listener.AcceptTcpClientAsync();
        await accepted.GetStream().WriteAsync(ServerScript.Connected(2, 2).Update(1).Solid(0, 0, 2, 2, 0xFF).Bytes);

        await running;

        Assert.That(await File.ReadAllBytesAsync(folder.Combine("screen.png")), Has.Length.GreaterThan(50));
    }

    private static string Between(string text, string start, string end)
    {
        var from = text.IndexOf(start, StringComparison.Ordinal) + start.Length;
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)];
    }
}
