using LimiQuantix.Images;

namespace LimiQuantix.Abstractions.Tests.Images;

internal sealed class ImageLocationTests
{
    [TestCase("https://Host.example:8443/a%20b/../%7Ec?key=a%7Eb#there", "https", "Host.example:8443", "host.example", 8443, "/a%20b/../%7Ec", "?key=a%7Eb")]
    [TestCase("S3://Bucket", "s3", "Bucket", "bucket", null, "", "")]
    [TestCase("http://[FD00::1]:80?q", "http", "[FD00::1]:80", "[fd00::1]", 80, "", "?q")]
    [TestCase("http://host:/x", "http", "host:", "host", null, "/x", "")]
    [TestCase("file:///a/b", "file", "", "", null, "/a/b", "")]
    public void Parts_are_as_they_were_written(string text, string scheme, string authority, string host, int? port, string path, string query)
    {
        var location = ImageLocation.Parse(text);

        Assert.That((location.Scheme, location.Authority, location.Host, location.Port), Is.EqualTo((scheme, authority, host, port)));
        Assert.That((location.Path, location.Query, location.HasUserInfo), Is.EqualTo((path, query, false)));
    }

    [TestCase("")]
    [TestCase("relative/path")]
    [TestCase("/absolute/path")]
    [TestCase("mailto:a@b")]
    [TestCase("1http://host/")]
    [TestCase("ht tp://host/")]
    [TestCase("http://good\\@evil/x")]
    [TestCase("http://a b/x")]
    [TestCase("http://[::1/x")]
    [TestCase("http://[::1]x/")]
    [TestCase("http://a]b/")]
    [TestCase("http://[[::1]]/")]
    [TestCase("http://a:b:c/")]
    [TestCase("http://a:65536/")]
    [TestCase("http://a:-1/")]
    [TestCase("http://host/a\nb")]
    [TestCase("http://host/a\0b")]
    public void What_is_none_or_could_be_read_in_two_ways_is_refused(string text)
    {
        Assert.That(ImageLocation.TryParse(text, out _), Is.False);
        Assert.That(Assert.Throws<LimiQuantixException>(() => ImageLocation.Parse(text))!.Code, Is.EqualTo(ErrorCodes.InvalidArgument));
    }

    [Test]
    public void Eight_kibibytes_are_a_location_and_more_are_none()
    {
        var prefix = "https://host/?";

        Assert.That(ImageLocation.TryParse(prefix + new string('a', 8192 - prefix.Length), out _), Is.True);
        Assert.That(ImageLocation.TryParse(prefix + new string('a', 8193 - prefix.Length), out _), Is.False);
    }

    [TestCase("https://user:hunter2@host/a?signature=hunter2#hunter2", "https://host/a")]
    [TestCase("https://host/a%7Eb?x", "https://host/a%7Eb")]
    [TestCase("http://user:hunter2@[::1/x?hunter2", "http://[::1/x")]
    [TestCase("nonsense?hunter2", "nonsense")]
    [TestCase(null, "")]
    public void What_may_be_shown_has_no_secret(string? text, string shown) => Assert.That(ImageLocation.Redact(text), Is.EqualTo(shown));

    [TestCase("s3://", "S3://bucket/a?b", true)]
    [TestCase("s3://bucket", "s3://BUCKET/a", true)]
    [TestCase("s3://bucket", "s3://bucket2/a", false)]
    [TestCase("s3://bucket/a", "s3://bucket/ab", false)]
    [TestCase("s3://bucket/a", "s3://bucket/a/b", true)]
    [TestCase("s3://bucket/a/", "s3://bucket/a", true)]
    [TestCase("s3://bucket/a", "s3://bucket/A", false)]
    [TestCase("https://host/", "https://host:443/x", true)]
    [TestCase("https://host:8443", "https://host/x", false)]
    [TestCase("https://host", "http://host/x", false)]
    [TestCase("file:///images", "file:///images/x.raw", true)]
    [TestCase("file:///images", "file:///other/x.raw", false)]
    public void Prefix_names_locations(string prefix, string location, bool isNamed)
    {
        Assert.That(ImageLocation.IsPrefix(prefix), Is.True);
        Assert.That(ImageLocation.Parse(location).StartsWith(prefix), Is.EqualTo(isNamed));
    }

    [TestCase(null)]
    [TestCase("s3")]
    [TestCase("s3:")]
    [TestCase("https://host/a?b")]
    [TestCase("https://host/a#b")]
    [TestCase("https://user@host/")]
    [TestCase("https:///a")]
    public void What_is_no_prefix_is_refused(string? text) => Assert.That(ImageLocation.IsPrefix(text), Is.False);

    [Test]
    public void Records_show_their_location_without_a_secret()
    {
        const string Location = "https://host/a?signature=hunter2";
        object[] records =
        [
            new ProbeImageRequest { Location = Location }, new ImageRangeRequest { Location = Location }, new ImageSourceInfo { Location = Location },
            new ImageImport { Location = Location },
        ];

        Assert.That(records.Select(record => record.ToString()), Has.All.Contains("https://host/a").And.None.Contains("hunter2"));
    }

    [Test]
    public void Foreign_text_is_read_or_refused()
    {
        var random = new Random(8);
        const string Letters = "htps:/?#[]@\\.%2F~ab1 \n\u00e9\ud800";
        for (var round = 0; round < 20_000; round++)
        {
            var text = (random.Next(2) == 0 ? "http://" : "") + new string([.. Enumerable.Range(0, random.Next(24)).Select(_ => Letters[random.Next(Letters.Length)])]);
            Assert.That(ImageLocation.Redact(text), Does.Not.Contain("?").And.Not.Contain("#"));
            if (!ImageLocation.TryParse(text, out var location)) continue;
            Assert.That(location.Port, Is.Null.Or.InRange(0, 65535), text);
            Assert.That(text, Does.Contain(location.Authority + location.Path + location.Query));
        }
    }
}
