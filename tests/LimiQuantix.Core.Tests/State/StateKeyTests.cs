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
}
