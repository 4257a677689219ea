using LibvirtSharp.Configuration;
using LimiQuantix.Testing;

namespace LibvirtSharp.Tests.Integration;

/// <summary>libvirt.conf as libvirt-python reads it. libvirt reads that of a user, therefore it is asked as one.</summary>
[Category("Integration")]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
internal sealed class ClientConfigurationTests
{
    private const string Python = "/usr/bin/python3"; // Debian's, which python3-libvirt is for

    private const string Script = """
        import libvirt, sys
        libvirt.registerErrorHandler(lambda *_: None, None)
        try:
            print(libvirt.open(sys.argv[1] if len(sys.argv) > 1 else None).getURI())
        except libvirt.libvirtError:
            print('refused')
        """;

    [TestCase("uri_aliases = [ \"a=test:///default\" ]")]
    [TestCase("uri_aliases = [\n\n 'a=test:///default'\n , ]; x = 1\n")]
    [TestCase("uri_aliases = [ # no comment in a list\n 'a=test:///default' ]")]
    [TestCase("uri_aliases = [ 'a=test:///default', 'not looked at' ]")]
    [TestCase("uri_aliases = [ 'a b=test:///default', 'a=test:///default' ]")]
    [TestCase("uri_aliases = [ 'b=test:///default', 'b', 'a=test:///default' ]")]
    [TestCase("uri_aliases = [ 'a=test:///default' 'b=test:///default' ]")]
    [TestCase("uri_aliases = [ ,'a=test:///default' ]")]
    [TestCase("uri_aliases = [ 'a=test:///default',, ]")]
    [TestCase("uri_aliases = [ 'a=test:///default'\n")]
    [TestCase("uri_aliases = 'a=test:///default'")]
    [TestCase("uri_aliases = [ 1, 'a=test:///default' ]")]
    [TestCase("uri_aliases = [ 'a=test:///default' ]\nuri_aliases = [ 'a=none:///' ]")]
    [TestCase("uri_aliases = [ 'a=b', 'b=test:///default' ]")]
    [TestCase("uri_default = 'test:///default'", null)]
    [TestCase("uri_default = 'a'\nuri_aliases = [ 'a=test:///default' ]", null)]
    [TestCase("uri_default = ''", null)]
    [TestCase("uri_default = 7", null)]
    [TestCase("uri_default =\n'test:///default'", null)]
    [TestCase("_x = 1\nuri_default = 'test:///default'", null)]
    [TestCase("x.y = 1\nuri_default = 'test:///default'", null)]
    [TestCase("x = -\nuri_default = 'test:///default'", null)]
    [TestCase("x = 99999999999999999999\nuri_default = 'test:///default'", null)]
    [TestCase("x = 1 y = 2\nuri_default = 'test:///default'", null)]
    [TestCase("x = \"\"\"one\ntwo\"\"\"\nuri_default = 'test:///default'\r\n", null)]
    [TestCase("x = \"one\ntwo\"\nuri_default = 'test:///default'", null)]
    [TestCase("x = 'a\"b' # c\n;uri_default = 'test:///default'", null)]
    [TestCase("x = 'a\"b' # c\n#\n\n uri_default\t= 'test:///default'", null)]
    public async Task Configuration_is_read_as_libvirts_client_reads_it(string text, string? name = "a")
    {
        Requires.Root();
        if (!File.Exists("/usr/lib/python3/dist-packages/libvirt.py"))
            Requires.Missing("libvirt-python is not installed: apt-get install python3-libvirt");
        await using var folder = new TemporaryFolder();
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_101_101);
        string path = folder.Combine("libvirt/libvirt.conf");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, text);
        string[] asked = name is null ? [] : [name];
        string theirs = await Command.OutputAsync(
            Requires.Tool("setpriv"),
            ["--reuid=nobody", "--regid=nogroup", "--clear-groups", "env", "-u", "LIBVIRT_DEFAULT_URI", $"HOME={folder.Path}", $"XDG_CONFIG_HOME={folder.Path}", Python, "-c", Script, .. asked]);

        string ours;
        try
        {
            ours = (await UriChoice.ChooseAsync(name, path, CancellationToken.None)).ToString();
        }
        catch (Exception error) when (error is LibvirtException or FormatException)
        {
            ours = "refused";
        }
        Assert.That(ours, Is.EqualTo(theirs.Trim()));
    }
}
