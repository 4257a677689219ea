using LimiQuantix.Core.Diagnostics;
using LimiQuantix.Diagnostics;
using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.Diagnostics;

public sealed class EnginePrerequisitesTests
{
    [Test]
    public void Data_folder_that_is_absent_is_judged_by_its_nearest_parent_and_not_made()
    {
        using TemporaryFolder folder = new();

        Prerequisite found = Check(folder.Combine("a/b/c"), "/run/x", "data folder");

        Assert.That(found.Status, Is.EqualTo(PrerequisiteStatus.Found));
        Assert.That(Directory.EnumerateFileSystemEntries(folder.Path), Is.Empty);
    }

    [Test]
    [Platform("Linux")]
    public void Data_folder_that_cannot_be_written_is_told_with_the_line_that_mends_it()
    {
        // Not even root writes here.
        Prerequisite found = Check("/proc/limiquantix", "/run/x", "data folder");

        Assert.That(found.Status, Is.EqualTo(PrerequisiteStatus.Unusable));
        Assert.That(found.Detail, Does.Contain("/proc"));
        Assert.That(found.Remedy, Does.StartWith("sudo chown"));
    }

    [Test]
    [Platform("Linux,MacOsX")]
    public void Runtime_folder_whose_sockets_would_not_fit_is_told()
    {
        Prerequisite found = Check("/tmp", "/" + new string('x', 80), "runtime folder");

        Assert.That(found.Status, Is.EqualTo(PrerequisiteStatus.Unusable));
        Assert.That(found.Remedy, Is.Not.Null);
    }

    [Test]
    [Category("Integration")]
    [Platform("Linux")]
    public async Task Full_disk_is_told()
    {
        await using FullDisk disk = await FullDisk.MountAsync(8 * 1024 * 1024);

        Prerequisite found = Check(Path.Combine(disk.Path, "data"), "/run/x", "free space");

        Assert.That(found.Status, Is.EqualTo(PrerequisiteStatus.Unusable));
        Assert.That(found.Remedy, Does.Contain("1 GiB"));
    }

    private static Prerequisite Check(string data, string runtime, string name) =>
        new EnginePrerequisites(data, runtime).Check().Single(p => p.Name == name);
}
