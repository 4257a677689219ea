using LimiQuantix.Benchmarks.Allocations;

namespace LimiQuantix.Benchmarks.Tests;

internal sealed class AllocationBookTests
{
    private const string Work = "Rfb: decode Raw";

    [TestCase(0, 0)]
    [TestCase(0, 32, Description = "what two runs may differ by")]
    [TestCase(10_000, 10_550)]
    [TestCase(10_000, 9_450)]
    public void Figure_that_is_met_is_no_fault(long figure, long measured) =>
        Assert.That(Book(figure).Compare(Measured(measured)), Is.Empty);

    [TestCase(0, 40)]
    [TestCase(200, 240)]
    [TestCase(10_000, 11_100)]
    public void Benchmark_that_allocates_more_is_named_with_its_bytes_and_asked_for_the_reason(long figure, long measured)
    {
        string fault = Book(figure).Compare(Measured(measured)).Single();

        Assert.That(fault, Does.Contain($"'{Work}' allocates {measured} bytes, {measured - figure} more than its {figure}"));
        Assert.That(fault, Does.Contain($"./bench.sh micro --allow \"{Work}\" 'WHY'"));
    }

    [Test]
    public void Figure_cannot_stand_higher_than_what_is_allocated() =>
        Assert.That(Book(500).Compare(Measured(100)).Single(), Does.Contain("100 bytes, 400 fewer than its 500").And.Contain("--lower"));

    [Test]
    public void Benchmark_without_a_figure_and_figure_without_a_benchmark_are_told()
    {
        IReadOnlyList<string> faults = Book(0).Compare(new Dictionary<string, long> { ["new"] = 8 });

        Assert.That(faults, Has.Count.EqualTo(2));
        Assert.That(faults[0], Does.Contain("'new' allocates 8 bytes and has no figure"));
        Assert.That(faults[1], Does.Contain($"'{Work}' has a figure and is no benchmark any more"));
    }

    [Test]
    public void Figure_rises_only_with_a_reason_and_keeps_the_ones_before()
    {
        AllocationBook book = Book(100);

        Assert.That(() => book.Allow(Work, 200, " "), Throws.ArgumentException);
        Assert.That(() => book.Allow(Work, 100, "nothing has risen"), Throws.ArgumentException);
        book.Allow(Work, 200, "a list for its parts");
        AllocationBook again = AllocationBook.Parse(book.ToString());

        Assert.That(again.Compare(Measured(200)), Is.Empty);
        Assert.That(again.ToString(), Does.Contain("100: the framebuffer").And.Contain("100 to 200: a list for its parts"));
    }

    [Test]
    public void Figure_that_has_fallen_is_taken_and_one_that_has_risen_is_not()
    {
        AllocationBook book = Book(1000);
        book.Allow("second", 1000, "x");
        book.Allow("gone", 1, "x");

        var measured = new Dictionary<string, long> { [Work] = 100, ["second"] = 2000 };
        book.Lower(measured);

        Assert.That(book.Compare(measured).Single(), Does.Contain("'second'").And.Contain("more than its 1000"));
    }

    private static AllocationBook Book(long bytes) => new([new AllocationFigure { Work = Work, Bytes = bytes, Why = [$"{bytes}: the framebuffer"] }]);

    private static Dictionary<string, long> Measured(long bytes) => new() { [Work] = bytes };
}
