using LimiQuantix.Core.State;

namespace LimiQuantix.Core.Tests.State;

[TestFixture]
internal sealed class StateKeyTests
{
    [Test]
    public void Encode_gives_one_valid_segment_that_differs_for_different_texts()
    {
        string[] texts =
        [
            "", "~", "~~", "~7e", "a", "A", "~41", "a/b", "a~2fb", "é", "\ud83d\ude00", " ", ".", "..",
            new('a', 160), new('a', 161), new('b', 161), new('A', 54), new('~', 200),
        ];
        var encoded = texts.Select(StateKey.Encode).ToList();

        Assert.That(encoded, Is.Unique);
        foreach (var segment in encoded)
        {
            Assert.That(segment, Does.Not.Contain("/"));
            Assert.That(() => StateKey.Validate($"names/{segment}"), Throws.Nothing);
        }

        Assert.That(StateKey.Encode("web-1.example_x"), Is.EqualTo("web-1.example_x"));
    }

    [Test]
    public void Newest_first_segments_sort_backwards_and_give_their_ids_again()
    {
        var start = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var ids = Enumerable.Range(0, 1000).Select(i => Guid.CreateVersion7(start.AddMilliseconds(i * i))).ToList();
        var segments = ids.Select(StateKey.NewestFirst).Order(StringComparer.Ordinal).ToList();

        Assert.That(segments, Is.All.Matches<string>(segment => StateKey.IsSegment(segment!)));
        Assert.That(segments.Select(segment => StateKey.TryParseNewestFirst(segment, out var id) ? id : default), Is.EqualTo(Enumerable.Reverse(ids)));
        DateTimeOffset[] times = [DateTimeOffset.UnixEpoch, start, start.AddMilliseconds(1), start.AddYears(5000), DateTimeOffset.MaxValue];
        Assert.That(times.Select(StateKey.NewestFirst), Is.Ordered.Descending.Using<string>(string.CompareOrdinal));
        Assert.That(StateKey.TryParseNewestFirst("no-id", out _), Is.False);
    }
}
