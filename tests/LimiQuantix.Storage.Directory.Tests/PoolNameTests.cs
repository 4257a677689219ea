using LimiQuantix.Images;

namespace LimiQuantix.Storage.Directory.Tests;

[TestFixture]
internal sealed class PoolNameTests
{
    private static readonly ImageDigest Digest = new("sha512", new string('a', 128));

    [Test]
    public void Base_is_read_back_from_its_name([Values(DiskFormat.Raw, DiskFormat.Qcow2)] DiskFormat format)
    {
        Assert.That(PoolName.TryParseBase(PoolName.Base(Digest, format), out ImageDigest? digest, out DiskFormat read), Is.True);
        Assert.That((digest, read), Is.EqualTo((Digest, format)));
    }

    [Test]
    public void Volume_is_read_back_from_its_name()
    {
        Guid id = Guid.CreateVersion7();
        Assert.That(PoolName.Volume(id, null), Is.EqualTo($"{id:D}.qcow2"));
        Assert.That(PoolName.TryParseVolume(PoolName.Volume(id, Digest), out Guid read, out ImageDigest? copied), Is.True);
        Assert.That((read, copied), Is.EqualTo((id, Digest)));
    }

    [TestCase("base-sha256-abc.qcow2")]
    [TestCase("base-.raw")]
    [TestCase("base-sha256-x.vmdk")]
    [TestCase("note.qcow2")]
    [TestCase("0198c0de-0000-7000-8000-000000000000.copy-md5-ab.qcow2")]
    [TestCase("0198c0de-0000-7000-8000-000000000000.raw")]
    [TestCase("")]
    public void Name_of_another_file_is_nobodys(string name)
    {
        Assert.That(PoolName.TryParseBase(name, out _, out _), Is.False);
        Assert.That(PoolName.TryParseVolume(name, out _, out _), Is.False);
    }
}
