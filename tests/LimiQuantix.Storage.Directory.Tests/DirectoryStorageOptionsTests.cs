namespace LimiQuantix.Storage.Directory.Tests;

[TestFixture]
internal sealed class DirectoryStorageOptionsTests
{
    [Test]
    public void Defaults_are_valid() => Assert.That(new DirectoryStorageOptions().Validate(), Is.Empty);

    [Test]
    public void Every_problem_is_reported_at_once()
    {
        DirectoryStorageOptions options = new()
        {
            Path = "relative",
            QemuImg = "qemu-img",
            WarnBelowPercentFree = 101,
            RefuseBelowPercentFree = -1,
            VolumeMode = UnixFileMode.UserRead,
            CommandTimeout = TimeSpan.Zero,
            CopyTimeout = TimeSpan.FromDays(2),
        };
        Assert.That(options.Validate().ToList(), Has.Count.EqualTo(7));
        Assert.That(new DirectoryStorageOptions { WarnBelowPercentFree = 5 }.Validate().Single(), Does.Contain("WarnBelowPercentFree"));
    }
}
