using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.CloudInit.Iso9660;

/// <summary>The volume as other programs see it.</summary>
[TestFixture]
[Category("Integration")]
internal sealed class IsoVolumeIntegrationTests
{
    private TemporaryFolder _folder = null!;
    private string _path = null!;

    [SetUp]
    public async Task Write()
    {
        _folder = new TemporaryFolder();
        _path = await _folder.WriteAsync("seed.iso", await SampleVolume.SeedAsync());
    }

    [TearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public async Task Blkid_sees_the_label_and_the_type()
    {
        string output = await Command.OutputAsync(Requires.Tool("blkid"), ["-p", "-o", "export", _path]);
        Assert.That(output.Split('\n'), Does.Contain("LABEL=cidata").And.Contain("TYPE=iso9660"));
    }

    [TestCase("-J")]
    [TestCase("-R")]
    public async Task Isoinfo_lists_the_files_by_their_true_names(string extension)
    {
        string output = await Command.OutputAsync(Requires.Tool("isoinfo"), [extension, "-f", "-i", _path]);
        Assert.That(output.Split('\n'), Is.EquivalentTo(SampleVolume.SeedFiles.Select(file => "/" + file)));
    }

    [TestCase("-J")]
    [TestCase("-R")]
    public async Task Isoinfo_extracts_what_was_written(string extension)
    {
        string output = await Command.OutputAsync(Requires.Tool("isoinfo"), [extension, "-x", "/meta-data", "-i", _path]);
        Assert.That(output, Is.EqualTo("instance-id: i-1"));
    }

    [Test]
    public async Task Xorriso_finds_no_fault_and_extracts_what_was_written()
    {
        string output = _folder.Combine("user-data");
        ProcessOutput result = await Command.RunAsync(
            Requires.Tool("xorriso"), ["-indev", _path, "-osirrox", "on", "-extract", "/user-data", output]);
        Assert.That(result.ExitCode, Is.Zero, result.StandardError);
        Assert.That(result.StandardError, Does.Not.Contain("FAILURE").And.Not.Contain("SORRY").And.Not.Contain("WARNING"));
        Assert.That(await File.ReadAllTextAsync(output), Does.StartWith("#cloud-config\n#xxx").And.Length.EqualTo(5016));
    }
}
