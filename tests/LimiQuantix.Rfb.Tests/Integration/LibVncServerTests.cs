namespace LimiQuantix.Rfb.Tests.Integration;

/// <summary>libvncserver, which has encodings that the others have not: CopyRect from the server's own wish, Tight with JPEG.</summary>
[Category("Integration")]
internal sealed class LibVncServerTests
{
    private static readonly RfbEncoding[] Encodings =
        [RfbEncoding.Rre, RfbEncoding.Hextile, RfbEncoding.Zlib, RfbEncoding.Tight, RfbEncoding.Zrle];

    private LibVncServer? _server;

    private LibVncServer Server => _server!;

    [SetUp]
    public async Task StartAsync() => _server = await LibVncServer.StartAsync();

    [TearDown]
    public async Task StopAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    [TestCaseSource(nameof(Encodings))]
    public async Task Every_encoding_gives_the_picture_that_raw_gives(RfbEncoding encoding)
    {
        var raw = await CaptureAsync(RfbEncoding.Raw);
        Assert.That(raw.Pixels.ToArray().Distinct().Count(), Is.GreaterThan(1000));

        var options = new RfbClientOptions { Encodings = [encoding] };
        await using var stream = new CountingStream(await Server.OpenAsync());
        await using var client = await RfbClient.ConnectAsync(stream, options);
        for (var i = 0; i < 2; i++)
            Assert.That((await client.CaptureAsync()).Pixels.ToArray(), Is.EqualTo(raw.Pixels.ToArray()));
        Assert.That(stream.Received, Is.LessThan(2 * 4 * raw.Pixels.Length), "the server did not fall back to raw");
    }

    [Test]
    public async Task Jpeg_in_tight_is_the_picture_but_for_what_jpeg_loses()
    {
        var raw = await CaptureAsync(RfbEncoding.Raw);

        await using var client = await RfbClient.ConnectAsync(await Server.OpenAsync(), new RfbClientOptions { Encodings = [RfbEncoding.Tight], JpegQuality = 9 });

        Assert.That(JpegLoss.Of(await client.CaptureAsync(), raw), Is.InRange(0.0001, 4));
    }

    [Test]
    public async Task Copied_part_and_new_size_are_followed()
    {
        await using var client = await RfbClient.ConnectAsync(await Server.OpenAsync(), new RfbClientOptions { Encodings = [RfbEncoding.CopyRect, RfbEncoding.Zrle] });
        await using var changes = client.WatchAsync().GetAsyncEnumerator();
        await changes.MoveNextAsync();
        var before = await client.SnapshotAsync();

        await client.SendKeyAsync('c', pressed: true);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        Framebuffer moved;
        do
        {
            moved = await CaptureAsync(RfbEncoding.Raw);
            patience.Token.ThrowIfCancellationRequested();
        }
        while (moved.Pixels.Span.SequenceEqual(before.Pixels.Span));
        while (!(await client.SnapshotAsync(null, patience.Token)).Pixels.Span.SequenceEqual(moved.Pixels.Span))
            await changes.MoveNextAsync().AsTask().WaitAsync(patience.Token);

        await client.SendKeyAsync('r', pressed: true);
        do
            await changes.MoveNextAsync();
        while (!changes.Current.Resized);
        Assert.That((client.Width, client.Height), Is.EqualTo((320, 200)));
        Assert.That((await client.CaptureAsync()).Pixels.ToArray(), Is.EqualTo((await CaptureAsync(RfbEncoding.Raw)).Pixels.ToArray()));
    }

    private async Task<Framebuffer> CaptureAsync(RfbEncoding encoding)
    {
        await using var client = await RfbClient.ConnectAsync(await Server.OpenAsync(), new RfbClientOptions { Encodings = [encoding] });
        return await client.CaptureAsync();
    }
}
