using LimiQuantix.Images;
using LimiQuantix.Images.Sources;
using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.Images;

/// <summary>A location goes from the caller to the wire as it was written.</summary>
internal sealed class LocationTests
{
    private const string Query = "?key=a%7Eb%2Dc%41&Signature=%2b%2B";
    private readonly byte[] _bytes = TestImages.Raw(300_000);

    [Test]
    public async Task Import_asks_for_what_the_location_and_the_redirect_say()
    {
        await using var server = FileServer.Start();
        var file = server.Add("final%2Fplace/%7Edisk.img", _bytes);
        var first = server.Add("a%7Eb/disk%2Eimg", []);
        first.RedirectTo = file.Url + Query;
        await using var fixture = await ImageFixture.StartAsync();

        var image = await fixture.ImportAsync(new ImageImport { Location = first.Url + Query + "#part", ExpectedDigest = TestImages.Sha256(_bytes) });

        Assert.That(first.Requests.Select(request => request.Target), Is.Not.Empty.And.All.EqualTo("/a%7Eb/disk%2Eimg" + Query));
        Assert.That(file.Requests.Select(request => request.Target).ToList(), Has.Count.GreaterThan(2).And.All.EqualTo("/final%2Fplace/%7Edisk.img" + Query));
        Assert.That((image.Name, image.Spec.Source), Is.EqualTo(("disk.img", first.Url)));
    }

    [Test]
    public async Task Locations_that_differ_in_writing_are_two_and_host_and_scheme_have_no_case()
    {
        await using var server = FileServer.Start();
        var one = server.Add("a~b.img", _bytes);
        var two = server.Add("a%7Eb.img", TestImages.Raw(300_000, seed: 5));
        await using var fixture = await ImageFixture.StartAsync();

        var first = await fixture.Images.EnsureAsync(one.Url);
        var second = await fixture.Images.EnsureAsync(two.Url);
        var again = await fixture.Images.EnsureAsync(one.Url.Replace("http://", "HTTP://", StringComparison.Ordinal));

        Assert.That((second.Id == first.Id, again.Id == first.Id), Is.EqualTo((false, true)));
        Assert.That(second.Status.Digest, Is.Not.EqualTo(first.Status.Digest));
    }

    [TestCase("https://user:hunter2@host/x", "password")]
    [TestCase("file://other/x?hunter2", "another machine")]
    [TestCase("https:///x?hunter2", "no host")]
    [TestCase("https://a\\b/x?hunter2", "absolute URL")]
    [TestCase("https://host/x\n?hunter2", "control character")]
    [TestCase("relative?hunter2", "absolute URL")]
    public void What_is_no_location_is_refused_without_repeating_its_query(string text, string reason)
    {
        var error = Assert.Throws<LimiQuantixException>(() => Locations.Parse(text))!;

        Assert.That(error.Code, Is.EqualTo(ErrorCodes.InvalidArgument));
        Assert.That(error.Message, Does.Contain(reason));
        Assert.That(error.ToString(), Does.Not.Contain("hunter2"));
    }

    [Test]
    public void Eight_kibibytes_are_taken_and_more_are_told_their_limit()
    {
        var text = "https://host/?" + new string('a', ImageLocation.MaximumLength - 14);

        Assert.That(Locations.Parse(text), Is.EqualTo(text));
        Assert.That(Assert.Throws<LimiQuantixException>(() => Locations.Parse(text + "a"))!.Message, Does.Contain("8192").And.Not.Contain("aaa"));
    }

    [TestCase("/images/a b%7E?#.raw")]
    [TestCase("/images/\u00e9.raw")]
    public void Path_is_a_files_location_and_back(string path) => Assert.That(Locations.LocalPath(Locations.Parse(path)), Is.EqualTo(path));
}
