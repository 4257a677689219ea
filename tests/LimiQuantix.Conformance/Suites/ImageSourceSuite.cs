using LimiQuantix.Images;
using NUnit.Framework;

namespace LimiQuantix.Conformance;

/// <summary>What every <see cref="IImageSource"/> does.</summary>
public abstract class ImageSourceSuite(bool isRemote) : ProviderSuite<IImageSource>(isRemote)
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 300_000).Select(number => (byte)(number * 31 >> 3))];

    /// <summary>Publishes bytes under a name, in the place of what was there.</summary>
    protected abstract Task<string> PublishAsync(string name, byte[] content);

    /// <summary>Where nothing is.</summary>
    protected abstract string Missing { get; }

    protected override IEnumerable<(string Member, Func<CancellationToken, Task> Call)> EveryCall()
    {
        yield return (nameof(Provider.ProbeAsync), async token => await Provider.ProbeAsync(await PublishAsync("early", Content), token));
        yield return (nameof(Provider.OpenAsync), async token => await Provider.OpenAsync(new ImageRangeRequest { Trust = LocationTrust.Trusted, Location = await PublishAsync("early", Content) }, token));
    }

    [Test]
    public void What_it_serves_are_prefixes_and_some() =>
        Assert.That(Provider.Serves, Is.Not.Empty.And.Unique.And.All.Matches<string>(ImageLocation.IsPrefix));

    [Test]
    public async Task Probe_says_what_is_there()
    {
        var location = await PublishAsync("image", Content);
        var info = await Provider.ProbeAsync(location).WaitAsync(Patience);

        Assert.That(ImageLocation.TryParse(info.Location, out _), Is.True);
        Assert.That(info.LengthBytes, Is.EqualTo(Content.Length).Or.Null);
        Assert.That((await Provider.ProbeAsync(location).WaitAsync(Patience)).Validator, Is.EqualTo(info.Validator));
    }

    [Test]
    public async Task All_bytes_come()
    {
        var location = await PublishAsync("image", Content);
        var info = await Provider.ProbeAsync(location).WaitAsync(Patience);

        Assert.That(await ReadAsync(new ImageRangeRequest { Trust = LocationTrust.Trusted, Location = location }), Is.EqualTo(Content));
        Assert.That(await ReadAsync(new ImageRangeRequest { Trust = LocationTrust.Trusted, Location = info.Location, Validator = info.Validator }), Is.EqualTo(Content));
    }

    [TestCase(0, 1)]
    [TestCase(0, 300_000)]
    [TestCase(65_535, 65_538)]
    [TestCase(299_999, 1)]
    [TestCase(123_456, null)]
    public async Task Range_comes_exactly(int offset, int? length)
    {
        var location = await PublishAsync("image", Content);
        var info = await Provider.ProbeAsync(location).WaitAsync(Patience);
        if (!info.SupportsRanges) Assert.Ignore("The source gives no ranges.");

        var bytes = await ReadAsync(new ImageRangeRequest { Trust = LocationTrust.Trusted, Location = location, Offset = offset, LengthBytes = length, Validator = info.Validator });

        Assert.That(bytes, Is.EqualTo(Content[offset..(offset + (length ?? Content.Length - offset))]));
    }

    [Test]
    public async Task Many_ranges_come_at_once()
    {
        var location = await PublishAsync("image", Content);
        if (!(await Provider.ProbeAsync(location).WaitAsync(Patience)).SupportsRanges) Assert.Ignore("The source gives no ranges.");
        var pieces = new byte[Callers][];

        await TogetherAsync(async number => pieces[number] = await ReadAsync(new ImageRangeRequest { Trust = LocationTrust.Trusted, Location = location, Offset = number * 30_000, LengthBytes = 30_000 }));

        Assert.That(pieces.SelectMany(piece => piece), Is.EqualTo(Content));
    }

    [Test]
    public async Task What_changed_since_is_a_conflict()
    {
        var location = await PublishAsync("image", Content);
        var info = await Provider.ProbeAsync(location).WaitAsync(Patience);
        if (info.Validator is null) Assert.Ignore("The source does not tell versions apart.");

        await PublishAsync("image", [.. Content, 1]);

        await RefusedAsync(ErrorCodes.Conflict, () => ReadAsync(new ImageRangeRequest { Trust = LocationTrust.Trusted, Location = location, Validator = info.Validator }));
        await RefusedAsync(ErrorCodes.Conflict, () => ReadAsync(new ImageRangeRequest { Trust = LocationTrust.Trusted, Location = location, Offset = 10, LengthBytes = 10, Validator = info.Validator }));
        Assert.That((await Provider.ProbeAsync(location).WaitAsync(Patience)).Validator, Is.Not.EqualTo(info.Validator));
    }

    [Test]
    public async Task What_is_absent_is_not_found()
    {
        await RefusedAsync(ErrorCodes.NotFound, () => Provider.ProbeAsync(Missing));
        await RefusedAsync(ErrorCodes.NotFound, () => Provider.OpenAsync(new ImageRangeRequest { Trust = LocationTrust.Trusted, Location = Missing }));
    }

    [Test]
    public async Task Range_that_is_not_there_is_refused()
    {
        var location = await PublishAsync("image", Content);
        string[] codes = [ErrorCodes.InvalidArgument, ErrorCodes.SourceFailed, ErrorCodes.Conflict];
        foreach (var (offset, length) in new (long, long?)[] { (Content.Length + 1, 1), (Content.Length - 1, 2), (-1, 1), (0, -1) })
        {
            Assert.That(
                () => ReadAsync(new ImageRangeRequest { Trust = LocationTrust.Trusted, Location = location, Offset = offset, LengthBytes = length }),
                Throws.TypeOf<LimiQuantixException>().With.Property("Code").AnyOf(codes),
                $"{length} bytes from {offset}");
        }
    }

    [Test]
    public void Nothing_is_no_location()
    {
        Assert.That(() => Provider.ProbeAsync(null!), Throws.ArgumentNullException);
        Assert.That(() => Provider.OpenAsync(null!), Throws.ArgumentNullException);
    }

    [Test]
    public async Task Stream_that_is_not_read_to_its_end_holds_nothing_up()
    {
        var location = await PublishAsync("image", Content);
        for (var round = 0; round < 3 * Callers; round++)
        {
            await using var stream = await Provider.OpenAsync(new ImageRangeRequest { Trust = LocationTrust.Trusted, Location = location }).WaitAsync(Patience);
            await stream.ReadExactlyAsync(new byte[10]).AsTask().WaitAsync(Patience);
        }
    }

    [Test]
    public async Task Read_ends_with_its_token()
    {
        var location = await PublishAsync("image", Content);
        await using var stream = await Provider.OpenAsync(new ImageRangeRequest { Trust = LocationTrust.Trusted, Location = location }).WaitAsync(Patience);

        Assert.That(() => stream.ReadAsync(new byte[10], new CancellationToken(canceled: true)).AsTask().WaitAsync(Patience), Throws.InstanceOf<OperationCanceledException>());
    }

    private async Task<byte[]> ReadAsync(ImageRangeRequest request)
    {
        using var deadline = new CancellationTokenSource(Patience);
        await using var stream = await Provider.OpenAsync(request, deadline.Token);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, deadline.Token);
        return bytes.ToArray();
    }
}
