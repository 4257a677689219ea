using System.Xml.Linq;
using LimiQuantix.Hypervisor.Libvirt.Files;
using LimiQuantix.Testing;

namespace LimiQuantix.Hypervisor.Libvirt.Tests.Files;

[TestFixture]
public sealed class GuestReachTests
{
    private static readonly GuestUser Stranger = new(64055, new HashSet<uint> { 64055 }) { Name = "libvirt-qemu" };

    [Test]
    public async Task Folder_that_lets_nobody_pass_is_named_with_the_line_that_mends_it()
    {
        await using var folder = new TemporaryFolder();
        string closed = Directory.CreateDirectory(folder.Combine("home"), (UnixFileMode)0b111_000_000).FullName;
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_001_001);
        Directory.CreateDirectory(Path.Combine(closed, "data"));
        LimiQuantixError? problem = GuestReach.Problem(Path.Combine(closed, "data", "disk.qcow2"), Stranger);
        Assert.Multiple(() =>
        {
            Assert.That(problem?.Code, Is.EqualTo(ErrorCodes.PermissionDenied));
            Assert.That(problem?.Target, Is.EqualTo(closed));
            Assert.That(problem?.Message, Does.Contain("libvirt-qemu").And.Contain("700"));
            Assert.That(problem?.Remedy, Does.Contain($"setfacl -m u:libvirt-qemu:x '{closed}'"));
        });
    }

    [Test]
    public async Task Folders_that_let_others_pass_are_no_problem()
    {
        await using var folder = new TemporaryFolder();
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_001_001);
        Assert.That(GuestReach.Problem(folder.Combine("disk.qcow2"), Stranger), Is.Null);
    }

    [TestCase(1u, 2u, UnixFileMode.UserExecute, ExpectedResult = true)]
    [TestCase(1u, 9u, UnixFileMode.OtherExecute | UnixFileMode.GroupExecute, ExpectedResult = false)]
    [TestCase(8u, 2u, UnixFileMode.GroupExecute, ExpectedResult = true)]
    [TestCase(8u, 2u, UnixFileMode.OtherExecute, ExpectedResult = false)]
    [TestCase(8u, 9u, UnixFileMode.OtherExecute, ExpectedResult = true)]
    public bool Entering_follows_the_kernels_rule(uint owner, uint group, UnixFileMode mode) =>
        new GuestUser(1, new HashSet<uint> { 2 }).MayEnter(new FileOwner(owner, group, mode, false));

    [Test]
    public void User_is_read_from_the_capabilities()
    {
        XElement capabilities = XElement.Parse(
            "<capabilities><host><secmodel><model>apparmor</model></secmodel><secmodel><model>dac</model><baselabel type='kvm'>+64055:+107</baselabel></secmodel></host></capabilities>");
        GuestUser user = GuestUser.Of(capabilities);
        Assert.That(user.User, Is.EqualTo(64055));
        Assert.That(user.Groups, Does.Contain(107u));
    }

    [TestCase("<capabilities/>")]
    [TestCase("<capabilities><host><secmodel><model>dac</model><baselabel>nonsense</baselabel></secmodel></host></capabilities>")]
    [TestCase("<capabilities><host><secmodel><model>dac</model><baselabel>+-1:+x</baselabel></secmodel></host></capabilities>")]
    public void User_is_our_own_when_none_is_told(string capabilities) =>
        Assert.That(GuestUser.Of(XElement.Parse(capabilities)).User, Is.EqualTo(Posix.EffectiveUser));
}
