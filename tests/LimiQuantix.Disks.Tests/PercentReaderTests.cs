using LimiQuantix.Testing;

namespace LimiQuantix.Disks.Tests;

public sealed class PercentReaderTests
{
    private static readonly int Rounds = Soak.Rounds(20_000, 5_000_000);

    [Test]
    public void Percent_is_read_however_it_is_cut()
    {
        const string Printed = "    (0.00/100%)\r    (12.50/100%)\r    (100.00/100%)\r\n";
        for (var length = 1; length < Printed.Length; length++)
        {
            List<double> seen = [];
            var reader = new PercentReader(seen.Add);
            for (var i = 0; i < Printed.Length; i += length) reader.Read(Printed[i..Math.Min(i + length, Printed.Length)]);
            Assert.That(seen, Is.EqualTo(new[] { 0, 12.5, 100 }), $"{length}");
        }
    }

    [Test]
    public void Other_text_is_passed_over()
    {
        List<double> seen = [];
        new PercentReader(seen.Add).Read("(/100%) (a/b) 50/100 (1..2/100%) (1000/100%) (123456789012/100%) (-1/2) (7/100%)");
        Assert.That(seen, Is.EqualTo(new[] { 7.0 }));
    }

    [Test]
    public void Any_text_gives_percents_or_nothing()
    {
        const string Letters = "(/100%). 9\r\nx";
        var random = new Random(7);
        var worst = 0.0;
        var reader = new PercentReader(percent => worst = Math.Max(worst, Math.Abs(percent - 50)));
        for (var i = 0; i < Rounds; i++) reader.Read(string.Concat(Enumerable.Range(0, 20).Select(_ => Letters[random.Next(Letters.Length)])));
        Soak.Note(Rounds, "pieces of progress text");
        Assert.That(worst, Is.InRange(1, 50));
    }
}
