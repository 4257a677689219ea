using System.Security.Cryptography;
using LimiQuantix.Storage;
using NUnit.Framework;

namespace LimiQuantix.Conformance;

/// <summary>What every <see cref="IBackupTarget"/> does.</summary>
public abstract class BackupTargetSuite(bool isRemote) : ProviderSuite<IBackupTarget>(isRemote)
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 300_000).Select(number => (byte)(number * 31 >> 3))];

    protected override IEnumerable<(string Member, Func<CancellationToken, Task> Call)> EveryCall()
    {
        yield return (nameof(Provider.PutAsync), token => PutAsync("early", Content, token: token));
        yield return (nameof(Provider.FindAsync), token => Provider.FindAsync(new FindBackupObjectRequest { Name = "early" }, token));
        yield return (nameof(Provider.OpenAsync), token => Provider.OpenAsync(new ReadBackupObjectRequest { Name = "early" }, token));
        yield return (nameof(Provider.ListAsync), async token => await Provider.ListAsync(new ListBackupObjectsRequest(), token).ToListAsync(token));
        yield return (nameof(Provider.RetainAsync), token => Provider.RetainAsync(new RetainBackupObjectRequest { Call = Heard, Name = "early", Until = Later }, token));
        yield return (nameof(Provider.DeleteAsync), token => Provider.DeleteAsync(new DeleteBackupObjectRequest { Call = Heard, Name = "early" }, token));
    }

    private DateTimeOffset Later => Context.TimeProvider.GetUtcNow().AddDays(1);

    [Test]
    public async Task Object_is_put_once_and_read_whole()
    {
        var first = await PutAsync("vm/disk.0/full_1", Content);
        var second = await PutAsync("vm/disk.0/full_1", [1, 2, 3]);
        var found = (await Provider.FindAsync(new FindBackupObjectRequest { Name = "vm/disk.0/full_1" }).WaitAsync(Patience)).Object;

        Assert.That((first.IsNew, second.IsNew), Is.EqualTo((true, false)));
        Assert.That((found?.Name, found?.LengthBytes, found?.RetainUntil), Is.EqualTo(("vm/disk.0/full_1", (long)Content.Length, (DateTimeOffset?)null)));
        Assert.That(await ReadAsync("vm/disk.0/full_1"), Is.EqualTo(Content), "what is there never changes");
    }

    [Test]
    public async Task Object_may_be_empty()
    {
        await PutAsync("empty", []);

        Assert.That(await ReadAsync("empty"), Is.Empty);
    }

    [Test]
    public async Task Of_many_that_put_one_name_at_once_one_does()
    {
        var news = new bool[Callers];
        await TogetherAsync(async number => news[number] = (await PutAsync("one", [.. Enumerable.Repeat((byte)number, 100_000)])).IsNew);

        Assert.That(news.Count(isNew => isNew), Is.EqualTo(1));
        Assert.That(await ReadAsync("one"), Is.EqualTo(Enumerable.Repeat((byte)Array.IndexOf(news, true), 100_000)));
    }

    [TestCase(0L, 1L)]
    [TestCase(0L, null)]
    [TestCase(65_535L, 65_538L)]
    [TestCase(299_999L, 1L)]
    [TestCase(299_999L, 5L)]
    [TestCase(300_000L, null)]
    public async Task Range_comes_exactly(long offset, long? length)
    {
        await PutAsync("ranged", Content);

        var end = Math.Min(Content.Length, offset + (length ?? Content.Length));
        Assert.That(await ReadAsync("ranged", offset, length), Is.EqualTo(Content[(int)offset..(int)end]));
    }

    [Test]
    public async Task What_cannot_be_read_is_told()
    {
        await PutAsync("short", [1, 2, 3]);

        await RefusedAsync(ErrorCodes.NotFound, () => ReadAsync("missing"));
        await RefusedAsync(ErrorCodes.InvalidArgument, () => ReadAsync("short", 4));
        Assert.That((await Provider.FindAsync(new FindBackupObjectRequest { Name = "missing" }).WaitAsync(Patience)).Object, Is.Null);
    }

    [TestCase(-1)]
    [TestCase(1)]
    public async Task Stream_of_another_length_leaves_nothing(int difference)
    {
        await RefusedAsync(ErrorCodes.InvalidArgument, () => PutAsync("other", Content, length: Content.Length + difference));

        await NothingIsThereAsync("other");
    }

    [Test]
    public async Task Bytes_of_another_digest_leave_nothing()
    {
        await RefusedAsync(ErrorCodes.ChecksumMismatch, () => PutAsync("digest", Content, sha256: Convert.ToHexStringLower(SHA256.HashData([1]))));
        await NothingIsThereAsync("digest");

        await PutAsync("digest", Content, sha256: Convert.ToHexStringLower(SHA256.HashData(Content)));
    }

    [Test]
    public async Task Putting_that_is_cancelled_leaves_nothing_or_all()
    {
        var round = 0;
        await CancelledInMidCallAsync(
            token => PutAsync($"cancelled-{++round}", Content, token: token),
            async _ =>
            {
                var found = (await Provider.FindAsync(new FindBackupObjectRequest { Name = $"cancelled-{round}" }).WaitAsync(Patience)).Object;
                if (found is not null) Assert.That(await ReadAsync($"cancelled-{round}"), Is.EqualTo(Content));
            });
    }

    [TestCase("")]
    [TestCase("/a")]
    [TestCase("a/")]
    [TestCase("a//b")]
    [TestCase("a/../b")]
    [TestCase(".")]
    [TestCase("a b")]
    [TestCase("ä")]
    [TestCase("a\nb")]
    public async Task Name_that_is_none_is_refused(string name)
    {
        await RefusedAsync(ErrorCodes.InvalidArgument, () => PutAsync(name, [1]));
        await RefusedAsync(ErrorCodes.InvalidArgument, () => ReadAsync(name));
    }

    [Test]
    public async Task Objects_are_listed_in_the_order_of_their_names()
    {
        string[] names = ["b/1", "a", "b-1", "B", "a/2", "a/10", new string('n', 512)];
        foreach (var name in names) await PutAsync(name, [1]);

        var all = await AllAsync(Provider.ListAsync(new ListBackupObjectsRequest()));
        var some = await AllAsync(Provider.ListAsync(new ListBackupObjectsRequest { Prefix = "a/" }));

        Assert.That(all.Select(one => one.Name), Is.EqualTo(names.Order(StringComparer.Ordinal)));
        Assert.That(some.Select(one => one.Name), Is.EqualTo(new[] { "a/10", "a/2" }));
    }

    [Test]
    public async Task Object_that_is_kept_cannot_be_deleted_and_is_kept_longer_but_never_shorter()
    {
        var until = Later;
        await PutAsync("kept", Content, until: until);

        await RefusedAsync(ErrorCodes.FailedPrecondition, () => DeleteAsync("kept"));
        var shorter = await RetainAsync("kept", until.AddHours(-1));
        var longer = await RetainAsync("kept", until.AddHours(1));

        Assert.That((shorter.RetainUntil, longer.RetainUntil), Is.EqualTo(((DateTimeOffset?)until, (DateTimeOffset?)until.AddHours(1))));
        await RefusedAsync(ErrorCodes.FailedPrecondition, () => DeleteAsync("kept"));
        await RefusedAsync(ErrorCodes.NotFound, () => RetainAsync("missing", until));
        Assert.That(await ReadAsync("kept"), Is.EqualTo(Content));
    }

    [Test]
    public async Task Deleting_succeeds_once_and_again()
    {
        await PutAsync("gone", Content);
        await TogetherAsync(_ => DeleteAsync("gone"));

        await NothingIsThereAsync("gone");
        Assert.That((await PutAsync("gone", [1])).IsNew, Is.True, "the name is free");
    }

    [Test]
    public async Task Superseded_engine_puts_keeps_and_deletes_nothing() => await OnlyLaterEnginesAsync(
        [
            call => PutAsync("fenced", Content, call: call),
            call => Provider.RetainAsync(new RetainBackupObjectRequest { Call = call, Name = "fenced", Until = Context.TimeProvider.GetUtcNow().AddSeconds(-1) }),
            call => Provider.DeleteAsync(new DeleteBackupObjectRequest { Call = call, Name = "fenced" }),
        ]);

    private async Task<PutBackupObjectResult> PutAsync(
        string name, byte[] content, long? length = null, string? sha256 = null, DateTimeOffset? until = null, ProviderCall? call = null, CancellationToken token = default)
    {
        using var stream = new MemoryStream(content, writable: false);
        return await Provider.PutAsync(
            new PutBackupObjectRequest
            {
                Call = call ?? ShortCalls.Engine, Name = name, Content = stream, LengthBytes = length ?? content.Length, Sha256 = sha256, RetainUntil = until,
            },
            token).WaitAsync(Patience, CancellationToken.None);
    }

    private async Task<byte[]> ReadAsync(string name, long offset = 0, long? length = null)
    {
        await using var stream = await Provider.OpenAsync(new ReadBackupObjectRequest { Name = name, OffsetBytes = offset, LengthBytes = length }).WaitAsync(Patience);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes).WaitAsync(Patience);
        return bytes.ToArray();
    }

    private Task<BackupObject> RetainAsync(string name, DateTimeOffset until) =>
        Provider.RetainAsync(new RetainBackupObjectRequest { Call = ShortCalls.Engine, Name = name, Until = until });

    private Task<DeleteBackupObjectResult> DeleteAsync(string name) => Provider.DeleteAsync(new DeleteBackupObjectRequest { Call = ShortCalls.Engine, Name = name });

    private async Task NothingIsThereAsync(string name)
    {
        Assert.That((await Provider.FindAsync(new FindBackupObjectRequest { Name = name }).WaitAsync(Patience)).Object, Is.Null);
        Assert.That((await AllAsync(Provider.ListAsync(new ListBackupObjectsRequest { Prefix = name }))).Select(one => one.Name), Does.Not.Contain(name));
    }
}
