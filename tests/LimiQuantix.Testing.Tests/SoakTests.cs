namespace LimiQuantix.Testing.Tests;

[NonParallelizable]
public sealed class SoakTests
{
    private TemporaryFolder _folder = null!;
    private string? _soak;
    private string? _notes;

    [SetUp]
    public void SetUp()
    {
        _folder = new TemporaryFolder();
        _soak = Environment.GetEnvironmentVariable("LIMIQUANTIX_SOAK");
        _notes = Environment.GetEnvironmentVariable("LIMIQUANTIX_SOAK_NOTES");
    }

    [TearDown]
    public void TearDown()
    {
        Environment.SetEnvironmentVariable("LIMIQUANTIX_SOAK", _soak);
        Environment.SetEnvironmentVariable("LIMIQUANTIX_SOAK_NOTES", _notes);
        _folder.Dispose();
    }

    [TestCase("1", 7)]
    [TestCase("", 3)]
    public void Rounds_are_many_only_when_asked_for(string variable, int rounds)
    {
        Environment.SetEnvironmentVariable("LIMIQUANTIX_SOAK", variable);
        Assert.That(Soak.Rounds(3, 7), Is.EqualTo(rounds));
    }

    [Test]
    public async Task Notes_are_lines_of_the_file_that_was_named()
    {
        Environment.SetEnvironmentVariable("LIMIQUANTIX_SOAK_NOTES", _folder.Combine("notes"));
        Soak.Note(200, "kills");
        Soak.Note(1, "more");
        Assert.That(await File.ReadAllTextAsync(_folder.Combine("notes")), Is.EqualTo("| 200 | kills |\n| 1 | more |\n"));
    }
}
