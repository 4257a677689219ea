using System.Text.Json;
using LimiQuantix.Core.CloudInit;
using LimiQuantix.Machines;
using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.CloudInit;

/// <summary>What the real cloud-init makes of the seed.</summary>
[TestFixture]
[Category("Integration")]
internal sealed class NoCloudSeedIntegrationTests
{
    /// <summary>Takes user-data apart and merges its parts as cloud-init does at boot; prints the result as JSON.</summary>
    private const string Merge = """
        import json, sys
        from cloudinit import helpers, mergers, stages, user_data, util
        from cloudinit.handlers import cloud_config
        paths = helpers.Paths({"cloud_dir": sys.argv[2], "run_dir": sys.argv[2]})
        message = user_data.UserDataProcessor(paths).process(util.load_file(sys.argv[1], decode=False))
        handler = cloud_config.CloudConfigPartHandler(paths)
        parts = []
        for part in message.walk():
            if part.get_content_maintype() == "multipart":
                continue
            payload = util.fully_decoded_payload(part)
            parts.append([part.get_content_type(), payload])
            if part.get_content_type() == "text/cloud-config":
                handler.handle_part(None, part.get_content_type(), part.get_filename("part"), payload, None, dict(part))
        print(json.dumps({"parts": parts, "config": handler.cloud_buf}))
        """;

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public async Task Generated_user_data_and_vendor_data_are_valid_to_cloud_init()
    {
        SeedFiles files = NoCloudSeed.Render(Seeds.Full());
        await CheckSchemaAsync("user-data", files.UserData);
        await CheckSchemaAsync("vendor-data", files.VendorData);
    }

    [Test]
    public async Task Generated_texts_reach_cloud_init_unharmed()
    {
        JsonElement config = (await MergeAsync(NoCloudSeed.Render(Seeds.Full()).UserData)).GetProperty("config");
        Assert.That(Strings(config.GetProperty("runcmd"))[1..], Is.EqualTo(Seeds.Awkward));
        Assert.That(config.GetProperty("ssh_pwauth").GetBoolean(), Is.True);
    }

    [Test]
    public async Task Own_cloud_config_is_joined_with_ours_and_wins()
    {
        JsonElement config = (await MergeAsync(Render("#cloud-config\npackages: [vim]\nuser: {name: bob}\nfqdn: a.b\n"))).GetProperty("config");
        Assert.That(Strings(config.GetProperty("packages")), Is.EqualTo(["vim", "curl"]));
        Assert.That(Strings(config.GetProperty("ssh_authorized_keys")), Is.EqualTo([Seeds.SshKey]));
        Assert.That(config.GetProperty("user").GetProperty("name").GetString(), Is.EqualTo("bob"));
        Assert.That(config.GetProperty("fqdn").GetString(), Is.EqualTo("a.b"));
    }

    [TestCase("#!/bin/sh\necho 'ünïcödé' \"$1\"\n\n", "text/x-shellscript")]
    [TestCase("#cloud-boothook\necho early\n", "text/cloud-boothook")]
    [TestCase("#part-handler\n# python\n", "text/part-handler")]
    public async Task Own_part_of_another_kind_reaches_cloud_init_unchanged(string own, string type)
    {
        JsonElement merged = await MergeAsync(Render(own));
        string[][] parts = [.. merged.GetProperty("parts").EnumerateArray().Select(Strings)];
        Assert.That(parts[0], Is.EqualTo([type, own]));
        Assert.That(parts[1][0], Is.EqualTo("text/cloud-config"));
        Assert.That(Strings(merged.GetProperty("config").GetProperty("packages")), Is.EqualTo(["curl"]));
    }

    [Test]
    public async Task Own_mime_archive_keeps_its_parts()
    {
        const string Own = "Content-Type: multipart/mixed; boundary=\"own\"\nMIME-Version: 1.0\n\n--own\nContent-Type: text/x-shellscript\n\n"
            + "#!/bin/sh\necho one\n--own\nContent-Type: text/cloud-config\n\n#cloud-config\npackages: [vim]\n--own--\n";
        JsonElement merged = await MergeAsync(Render(Own));
        Assert.That(
            merged.GetProperty("parts").EnumerateArray().Select(part => Strings(part)[0]),
            Is.EqualTo(["text/x-shellscript", "text/cloud-config", "text/cloud-config"]));
        Assert.That(Strings(merged.GetProperty("config").GetProperty("packages")), Is.EqualTo(["vim", "curl"]));
    }

    private static string Render(string own) => NoCloudSeed.Render(Seeds.With(new CloudInitSpec
    {
        UserData = own,
        SshKeys = [Seeds.SshKey],
        Packages = ["curl"],
        User = "alice",
    })).UserData;

    private static string[] Strings(JsonElement array) => [.. array.EnumerateArray().Select(value => value.ToString())];

    private async Task CheckSchemaAsync(string name, string content)
    {
        string path = _folder.Combine(name);
        await File.WriteAllTextAsync(path, content);
        ProcessOutput result = await Command.RunAsync(Requires.Tool("cloud-init"), ["schema", "--config-file", path]);
        Assert.That(result.ExitCode, Is.Zero, result.StandardOutput + result.StandardError);
        Assert.That(result.StandardOutput, Does.Contain("Valid"));
    }

    private async Task<JsonElement> MergeAsync(string userData)
    {
        Requires.Tool("cloud-init");
        string path = _folder.Combine("user-data");
        await File.WriteAllTextAsync(path, userData);
        // The distribution's own interpreter: cloud-init is a module of that one.
        string output = await Command.OutputAsync("/usr/bin/python3", ["-c", Merge, path, _folder.Path]);
        using JsonDocument document = JsonDocument.Parse(output);
        return document.RootElement.Clone();
    }
}
