using LibvirtSharp.Configuration;
using LibvirtSharp.Tests.Support;
using LimiQuantix.Testing;

namespace LibvirtSharp.Tests.Configuration;

/// <summary>It reads the environment.</summary>
[NonParallelizable]
internal sealed class UriChoiceTests
{
    private readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public async Task RemoveAsync() => await _folder.DisposeAsync();

    [TestCase("qemu+tls://host/system", ExpectedResult = "qemu+tls://host/system")]
    [TestCase("hail", ExpectedResult = "qemu+ssh://root@hail.example/system?no_verify=1")]
    [TestCase(null, ExpectedResult = "test+unix:///default")]
    public async Task<string> Given_uri_alias_or_default_is_chosen(string? given) => (await ChooseAsync(given, """
        uri_aliases = [
          "sleet=qemu:///session",
          "hail=qemu+ssh://root@hail.example/system?no_verify=1",
        ]
        uri_default = "test+unix:///default" # wins over probing
        """)).ToString();

    [TestCase(null, ExpectedResult = "qemu:///system")]
    [TestCase("qemu:///session", ExpectedResult = "qemu:///session")]
    public async Task<string> Nothing_is_configured_where_there_is_no_file(string? given) =>
        (await UriChoice.ChooseAsync(given, _folder.Combine("absent"), CancellationToken.None)).ToString();

    [Test]
    public async Task Environments_default_comes_before_the_configurations_and_may_be_an_alias()
    {
        string? before = Environment.GetEnvironmentVariable("LIBVIRT_DEFAULT_URI");
        try
        {
            Environment.SetEnvironmentVariable("LIBVIRT_DEFAULT_URI", "mine");
            LibvirtUri uri = await ChooseAsync(null, "uri_default = 'qemu:///session'\nuri_aliases = ['mine=lxc:///system']");
            Assert.That(uri.ToString(), Is.EqualTo("lxc:///system"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("LIBVIRT_DEFAULT_URI", before);
        }
    }

    [Test]
    public async Task Text_that_is_neither_uri_nor_alias_is_refused_with_where_aliases_are()
    {
        FormatException? error = await Assert.ThrowsAsync<FormatException>(() => ChooseAsync("hall", "uri_aliases = [ \"hail=qemu:///system\" ]"));
        Assert.That(error!.Message, Does.Contain("'hall'").And.Contain("uri_aliases").And.Contain(_folder.Path));
    }

    [TestCase("uri_aliases = [ \"a b=qemu:///system\" ]", "aliases may only contain")]
    [TestCase("uri_aliases = [ \"bad\" ]", "expected 'alias=uri://host/path'")]
    [TestCase("uri_aliases = [ 1 ]", "expected a string list for 'uri_aliases'")]
    [TestCase("uri_aliases = \"a=b\"", "expected a string list for 'uri_aliases'")]
    [TestCase("x = 1\n\nuri_aliases = [ \"a=b\"\n", "libvirt.conf:4: list is not closed with ]")]
    public async Task Malformed_configuration_is_an_error_that_says_what_is_wrong(string text, string expected)
    {
        LibvirtException error = await Failure.OfAsync(() => ChooseAsync("hail", text));
        Assert.That((error.Code, error.Domain), Is.EqualTo((LibvirtErrorCode.ConfSyntax, LibvirtErrorDomain.Conf)));
        Assert.That(error.Message, Does.Contain(expected));
    }

    [Test]
    public async Task Configuration_that_is_too_long_is_not_read()
    {
        string path = _folder.Combine("long");
        await using (FileStream file = File.Create(path))
            file.SetLength(10 * 1024 * 1024 + 1);
        LibvirtException error = await Failure.OfAsync(() => UriChoice.ChooseAsync("hail", path, CancellationToken.None));
        Assert.That(error.Message, Does.Contain(path));
        Assert.That((await UriChoice.ChooseAsync("qemu:///system", path, CancellationToken.None)).Driver, Is.EqualTo("qemu"), "it does not matter to a URI");
    }

    [Test]
    public async Task Parameters_that_have_no_effect_are_logged()
    {
        await using var server = new FakeServer();
        var log = new LogLines();
        await using LibvirtConnection connection = await server.ConnectAsync(options =>
        {
            options.Uri = server.Uri + "&command=/usr/bin/ssh&tls_priority=NORMAL";
            options.Logger = log;
        });
        Assert.That(log.Lines, Has.One.StartsWith("Warning: The parameter tls_priority of ").And.One.StartsWith("Warning: The parameter command of "));
    }

    [Test]
    public void Characters_in_any_order_are_read_or_refused_and_nothing_else()
    {
        const string Alphabet = "ax1_=[]\"'\"\"\"#,;-\n\r \t\0";
        var random = new Random(Seed: 20261126);
        int refused = 0;
        for (int i = 0; i < 200_000; i++)
        {
            string text = new(random.GetItems(Alphabet.AsSpan(), random.Next(24)));
            try
            {
                ConfigurationFile.Parse("random", text);
            }
            catch (LibvirtException error) when (error.Code == LibvirtErrorCode.ConfSyntax)
            {
                refused++;
            }
        }
        Assert.That(refused, Is.InRange(1, 199_999));
    }

    private async Task<LibvirtUri> ChooseAsync(string? given, string configuration)
    {
        string path = _folder.Combine($"{Guid.NewGuid():N}.libvirt.conf");
        await File.WriteAllTextAsync(path, configuration);
        return await UriChoice.ChooseAsync(given, path, CancellationToken.None);
    }
}
