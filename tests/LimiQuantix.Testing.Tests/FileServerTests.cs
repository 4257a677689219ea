using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace LimiQuantix.Testing.Tests;

public sealed class FileServerTests
{
    private static readonly byte[] Content = RandomNumberGenerator.GetBytes(300_000);
    private FileServer server = null!;
    private HttpClient client = null!;

    [SetUp]
    public void Start()
    {
        server = FileServer.Start();
        client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
    }

    [TearDown]
    public async Task StopAsync()
    {
        client.Dispose();
        await server.DisposeAsync();
    }

    [Test]
    public async Task A_file_is_served_with_its_etag_over_one_connection()
    {
        ServedFile file = server.Add("a/disk.img", Content);

        for (int i = 0; i < 3; i++)
        {
            using HttpResponseMessage response = await client.GetAsync(file.Url);
            Assert.That(response.Headers.ETag!.Tag, Is.EqualTo("\"v1\""));
            Assert.That(await response.Content.ReadAsByteArrayAsync(), Is.EqualTo(Content));
        }

        Assert.That(file.RequestCount, Is.EqualTo(3));
        Assert.That(server.BytesSent, Is.EqualTo(3 * Content.Length));
    }

    [TestCase("bytes=0-0", 0, 1)]
    [TestCase("bytes=100-199", 100, 100)]
    [TestCase("bytes=299990-", 299_990, 10)]
    [TestCase("bytes=-5", 299_995, 5)]
    [TestCase("bytes=299990-400000", 299_990, 10)]
    public async Task A_range_is_answered_with_its_bytes(string range, int start, int length)
    {
        ServedFile file = server.Add("disk.img", Content);
        using HttpRequestMessage request = new(HttpMethod.Get, file.Url) { Headers = { Range = RangeHeaderValue.Parse(range) } };

        using HttpResponseMessage response = await client.SendAsync(request);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.PartialContent));
        Assert.That(response.Content.Headers.ContentRange!.ToString(), Is.EqualTo($"bytes {start}-{start + length - 1}/{Content.Length}"));
        Assert.That(await response.Content.ReadAsByteArrayAsync(), Is.EqualTo(Content.AsSpan(start, length).ToArray()));
    }

    [Test]
    public async Task A_range_beyond_the_end_is_refused()
    {
        ServedFile file = server.Add("disk.img", Content);
        using HttpRequestMessage request = new(HttpMethod.Get, file.Url) { Headers = { Range = new RangeHeaderValue(300_000, null) } };

        using HttpResponseMessage response = await client.SendAsync(request);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.RequestedRangeNotSatisfiable));
    }

    [Test]
    public async Task A_range_of_a_replaced_file_gives_the_whole_new_file()
    {
        ServedFile file = server.Add("disk.img", Content);
        file.Replace([1, 2, 3], "\"v2\"");
        using HttpRequestMessage request = new(HttpMethod.Get, file.Url)
        {
            Headers = { Range = new RangeHeaderValue(1, null), IfRange = new RangeConditionHeaderValue("\"v1\"") },
        };

        using HttpResponseMessage response = await client.SendAsync(request);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await response.Content.ReadAsByteArrayAsync(), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public async Task Refusals_end_when_their_number_is_up()
    {
        ServedFile file = server.Add("disk.img", Content);
        file.RetryAfterSeconds = 7;
        file.FailNext(2, 503);

        using HttpResponseMessage first = await client.GetAsync(file.Url);
        using HttpResponseMessage second = await client.GetAsync(file.Url);
        using HttpResponseMessage third = await client.GetAsync(file.Url);

        Assert.That((int)first.StatusCode, Is.EqualTo(503));
        Assert.That(first.Headers.RetryAfter!.Delta, Is.EqualTo(TimeSpan.FromSeconds(7)));
        Assert.That((int)second.StatusCode, Is.EqualTo(503));
        Assert.That(third.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task An_unknown_path_is_not_found_and_a_redirect_names_its_target()
    {
        server.AddRedirect("here", "/there");

        using HttpResponseMessage missing = await client.GetAsync(new Uri(server.BaseAddress, "missing"));
        using HttpResponseMessage moved = await client.GetAsync(new Uri(server.BaseAddress, "here"));

        Assert.That(missing.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(moved.StatusCode, Is.EqualTo(HttpStatusCode.Found));
        Assert.That(moved.Headers.Location, Is.EqualTo(new Uri(server.BaseAddress, "there")));
        Assert.That(server.RequestCount, Is.EqualTo(2));
    }

    [Test]
    public async Task A_truncated_body_breaks_off_in_the_middle()
    {
        ServedFile file = server.Add("disk.img", Content);
        file.TruncateAfterBytes = 1000;

        using HttpResponseMessage response = await client.GetAsync(file.Url, HttpCompletionOption.ResponseHeadersRead);

        Assert.That(response.Content.Headers.ContentLength, Is.EqualTo(Content.Length));
        Assert.That(async () => await response.Content.ReadAsByteArrayAsync(), Throws.InstanceOf<HttpRequestException>().Or.InstanceOf<IOException>());
        Assert.That(file.BytesSent, Is.EqualTo(1000));
    }

    [Test]
    public async Task A_stalled_body_sends_no_more_and_keeps_the_connection()
    {
        ServedFile file = server.Add("disk.img", Content);
        file.StallAfterBytes = 1000;
        using HttpResponseMessage response = await client.GetAsync(file.Url, HttpCompletionOption.ResponseHeadersRead);
        await using Stream body = await response.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[1000]);

        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

        Assert.That(async () => await body.ReadAsync(new byte[1], patience.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task A_body_in_chunks_has_no_length()
    {
        ServedFile file = server.Add("disk.img", Content);
        file.Chunked = true;

        using HttpResponseMessage response = await client.GetAsync(file.Url, HttpCompletionOption.ResponseHeadersRead);

        Assert.That(response.Content.Headers.ContentLength, Is.Null);
        Assert.That(await response.Content.ReadAsByteArrayAsync(), Is.EqualTo(Content));
    }

    [Test]
    public async Task A_self_signed_certificate_is_refused_by_a_client_that_does_not_know_it()
    {
        await using FileServer https = FileServer.Start(https: true);
        ServedFile file = https.Add("disk.img", Content);
        using var trusting = new HttpClient(new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, certificate, _, _) => certificate!.Equals(https.Certificate),
        });

        Assert.That(async () => await client.GetAsync(file.Url), Throws.InstanceOf<HttpRequestException>());
        Assert.That(await trusting.GetByteArrayAsync(file.Url), Is.EqualTo(Content));
    }
}
