using System.Text;
using LimiQuantix.Core.Images.Catalog;
using LimiQuantix.Images;
using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.Images;

internal sealed class CatalogTests
{
    private readonly byte[] _bytes = TestImages.Raw(200_000);

    [Test]
    public async Task The_built_in_catalogue_has_the_usual_distributions_each_with_a_digest_to_hold_it_against()
    {
        var entries = await new ImageCatalog([]).ListAsync(default);

        Assert.That(entries.Select(entry => entry.Id), Is.SupersetOf(
            new[] { "debian-12", "debian-13", "ubuntu-24.04", "alpine-3.23", "rocky-9", "fedora-43", "debian-13-aarch64" }));
        Assert.That(entries, Has.All.Matches<ImageCatalogEntry>(entry => (entry?.Digest ?? (object?)entry?.ChecksumLocation) is not null));
        Assert.That(entries.SelectMany(entry => entry.Locations), Has.All.StartsWith("https://"));
        Assert.That(entries.Select(entry => entry.OperatingSystem.Architecture), Has.All.AnyOf("x86_64", "aarch64"));
        Assert.That(entries.Where(entry => entry.OperatingSystem.Architecture == "aarch64").Select(entry => entry.Id), Has.All.EndsWith("-aarch64"));
    }

    [TestCase("GNU")]
    [TestCase("bare")]
    public async Task A_catalogue_image_is_verified_by_its_publishers_checksum_file(string form)
    {
        await using var server = FileServer.Start();
        var file = server.Add("images/disk.img", _bytes);
        var hex = TestImages.Sha512(_bytes).Hex;
        server.Add("images/disk.img.sha512", Encoding.ASCII.GetBytes(form == "bare" ? hex + "\n" : $"{hex} *disk.img\n"));
        await using var folder = new TemporaryFolder();
        await using var fixture = await StartAsync(folder, Entry("house-image", [file.Url], file.Url + ".sha512"));

        var image = await fixture.Images.EnsureAsync("house-image");

        Assert.That((image.Name, image.Spec.CatalogId, image.Spec.OperatingSystem.DefaultUser), Is.EqualTo(("house-image", "house-image", "ada")));
        Assert.That((await fixture.Images.ListCatalogAsync()).Select(entry => entry.Id), Does.Contain("house-image").And.Contain("debian-13"));
        Assert.That((await fixture.Images.ListCatalogAsync(new() { Text = "HOUSE" })).Select(entry => entry.Id), Is.EqualTo(["house-image"]));
        Assert.That((await fixture.Images.ListCatalogAsync(new() { Distribution = "debian", Architecture = "x86_64" })).Select(entry => entry.Id), Does.Contain("debian-13").And.Not.Contain("house-image"));
        Assert.That((await fixture.Images.EnsureAsync("house-image")).Id, Is.EqualTo(image.Id));
    }

    [Test]
    public void A_catalogue_with_a_byte_order_mark_is_read_and_a_wrong_digest_is_told()
    {
        var entry = """{"entries":[{"id":"a","name":"A","locations":["https://example.com/a.img"],"digest":"%"}]}""";
        byte[] upper = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(entry.Replace("%", "SHA256:" + new string('A', 64)))];

        Assert.That(CatalogFile.Parse(upper, "x")[0].Digest, Is.EqualTo(new ImageDigest("sha256", new string('a', 64))));
        var error = Assert.Throws<LimiQuantixException>(() => CatalogFile.Parse(Encoding.UTF8.GetBytes(entry.Replace("%", "md5:0")), "x"));
        Assert.That(error!.Message, Does.Contain("algorithm 'md5' is neither sha256 nor sha512"));
    }

    [TestCase("", ErrorCodes.SourceFailed)]
    [TestCase(null, ErrorCodes.NotFound)]
    [TestCase("0000000000000000000000000000000000000000000000000000000000000000  disk.img", ErrorCodes.ChecksumMismatch)]
    [TestCase("0000000000000000000000000000000000000000000000000000000000000000  other.img", ErrorCodes.SourceFailed)]
    public async Task A_missing_empty_or_wrong_checksum_file_is_a_failure(string? content, string code)
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", _bytes);
        if (content is not null) server.Add("SHA256SUMS", Encoding.ASCII.GetBytes(content));
        await using var folder = new TemporaryFolder();
        await using var fixture = await StartAsync(folder, Entry("house-image", [file.Url], server.BaseAddress + "SHA256SUMS"));

        var error = await fixture.FailAsync(new ImageImport { Location = "house-image" });

        Assert.That(error.Code, Is.EqualTo(code));
        Assert.That(fixture.Files(), Is.Empty);
    }

    [Test]
    public async Task Mirrors_are_tried_in_order_under_one_digest()
    {
        await using var server = FileServer.Start();
        var gone = server.BaseAddress + "gone/disk.img";
        var stale = server.Add("stale/disk.img", TestImages.Raw(200_000, seed: 9));
        var good = server.Add("good/disk.img", _bytes);
        await using var folder = new TemporaryFolder();
        await using var fixture = await StartAsync(folder, Entry("house-image", [gone, stale.Url, good.Url], null, TestImages.Sha256(_bytes)));

        Assert.That((await fixture.Images.EnsureAsync("house-image")).Status.Digest, Is.EqualTo(TestImages.Sha256(_bytes)));
        Assert.That(stale.BytesSent, Is.Positive);
    }

    [Test]
    public async Task A_hosts_file_replaces_a_built_in_entry()
    {
        await using var folder = new TemporaryFolder();
        var path = await folder.WriteAsync("catalog.json", Encoding.UTF8.GetBytes(Entry("debian-13", ["https://mirror.example.com/d.qcow2"], null)));

        var entry = await new ImageCatalog([path]).GetAsync("debian-13", default);

        Assert.That(entry.Locations, Is.EqualTo(new[] { "https://mirror.example.com/d.qcow2" }));
    }

    [TestCase("""{"entries":[{"id":"a","name":"A","locations":["https://x/y"],"checksumLocaton":"https://x/z"}]}""", "checksumLocaton")]
    [TestCase("""{"entries":[{"id":"A b","name":"A","locations":["https://x/y"]}]}""", "id")]
    [TestCase("""{"entries":[{"id":"a","name":"A","locations":[]}]}""", "locations")]
    [TestCase("""{"entries":[{"id":"a","name":"A","locations":["relative"]}]}""", "relative")]
    [TestCase("""{"entries":[{"id":"a","name":"A","locations":["https://u:p@x/y"]}]}""", "password")]
    [TestCase("""{"entries":[{"id":"a","name":"A","locations":["https://x/y"],"digest":"md5:00"}]}""", "digest")]
    [TestCase("""{"entries":[{"id":"a","name":"A","locations":["https://x/y"]},{"id":"a","name":"A","locations":["https://x/y"]}]}""", "twice")]
    [TestCase("""{"entries":[null]}""", "null")]
    [TestCase("""{"entries":null}""", "entries")]
    [TestCase("""null""", "null")]
    [TestCase("""not json""", "json")]
    public async Task A_wrong_file_is_refused_with_its_name_and_the_reason(string json, string reason)
    {
        await using var folder = new TemporaryFolder();
        var path = await folder.WriteAsync("catalog.json", Encoding.UTF8.GetBytes(json));

        var error = await Assert.ThrowsAsync<LimiQuantixException>(() => new ImageCatalog([path]).ListAsync(default));

        Assert.That(error!.Code, Is.EqualTo(ErrorCodes.InvalidArgument));
        Assert.That(error.Message, Does.Contain(path).And.Contain(reason).IgnoreCase);
    }

    [Test]
    public async Task The_documented_catalogue_file_is_right()
    {
        var document = await File.ReadAllTextAsync(RepositoryRoot.Combine("docs/images.md"));
        var json = document.Split("```json\n")[1].Split("```")[0];

        var entries = CatalogFile.Parse(Encoding.UTF8.GetBytes(json), "docs/images.md");

        Assert.That(entries.Select(entry => entry.Id), Is.EqualTo(new[] { "house-debian", "house-latest" }));
    }

    [TestCase("debian13", "debian-13")]
    [TestCase("Debian-13", "debian-13")]
    [TestCase("debain-13", "debian-13")]
    [TestCase("UBUNTU_2404", "ubuntu-24.04")]
    [TestCase("debian-13-aarch46", "debian-13-aarch64")]
    public async Task An_id_that_is_nearly_one_is_told_which(string text, string meant)
    {
        await using var fixture = await ImageFixture.StartAsync();

        var error = await Assert.ThrowsAsync<LimiQuantixException>(() => fixture.Images.EnsureAsync(text));

        Assert.That((error!.Code, error.Error.Target), Is.EqualTo((ErrorCodes.NotFound, "Location")));
        Assert.That(error.Error.Remedy, Does.StartWith("Did you mean ").And.Contain($"'{meant}'"));
        Assert.That(error.Error.Remedy!.Length, Is.LessThan(200), "and not every id there is");
    }

    [TestCase("windows-2022", ErrorCodes.NotFound)]
    [TestCase("images/debian.img", ErrorCodes.InvalidArgument)]
    public async Task What_is_far_from_every_id_gets_no_guess(string text, string code)
    {
        await using var fixture = await ImageFixture.StartAsync();

        var error = await Assert.ThrowsAsync<LimiQuantixException>(() => fixture.Images.EnsureAsync(text));

        Assert.That((error!.Code, error.Error.Remedy!.Contains("Did you mean", StringComparison.Ordinal)), Is.EqualTo((code, false)));
    }

    [Test]
    public void Foreign_bytes_are_read_or_refused()
    {
        var sample = Encoding.UTF8.GetBytes(Entry("house-image", ["https://x/y"], "https://x/z", TestImages.Sha256([1])));
        var random = new Random(5);
        for (var round = 0; round < Fuzz.Rounds(2_000); round++)
        {
            var bytes = sample.ToArray();
            for (var change = random.Next(1, 6); change > 0; change--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                CatalogFile.Parse(bytes, "catalog.json");
            }
            catch (LimiQuantixException error)
            {
                Assert.That(error.Code, Is.EqualTo(ErrorCodes.InvalidArgument));
            }
        }

        Soak.Note(Fuzz.Rounds(2_000), "catalogue files");
    }

    private static Task<ImageFixture> StartAsync(TemporaryFolder folder, string catalog)
    {
        var path = folder.Combine("catalog.json");
        File.WriteAllText(path, catalog);
        return ImageFixture.StartAsync(options => options.CatalogFiles.Add(path));
    }

    private static string Entry(string id, string[] locations, string? checksum, ImageDigest? digest = null) => $$"""
        {
          "entries": [
            {
              "id": "{{id}}",
              "name": "House image",
              "locations": [{{string.Join(", ", locations.Select(location => $"\"{location}\""))}}],
              {{(checksum is null ? "" : $"\"checksumLocation\": \"{checksum}\",")}}
              {{(digest is null ? "" : $"\"digest\": \"{digest}\",")}}
              "operatingSystem": { "distribution": "house", "release": "1", "architecture": "x86_64", "defaultUser": "ada" }
            }
          ]
        }
        """;
}
