using LimiQuantix.Testing;

namespace LibvirtSharp.Ssh.Tests;

internal sealed class HostKeysTests
{
    private static readonly byte[] Key = [.. SshWire.String("ssh-ed25519"), .. SshWire.String([1, 2, 3])];
    private static readonly byte[] Other = [.. SshWire.String("ssh-rsa"), .. SshWire.String([4, 5, 6])];

    [Test]
    public async Task New_host_is_learnt_in_a_file_of_the_users_own_and_known_from_then_on()
    {
        await using var folder = new TemporaryFolder();
        string path = folder.Combine("new/known_hosts");
        Assert.That(Keys(path, "auto").Refusal("h", 2222, Key), Is.Null);
        Assert.That(await File.ReadAllTextAsync(path), Is.EqualTo($"[h]:2222 ssh-ed25519 {Convert.ToBase64String(Key)}\n"));
        Assert.That(Keys(path, "normal").Refusal("h", 2222, Key), Is.Null);
        Assert.That(Keys(path, "auto").Refusal("h", 2222, Other), Does.Contain("is not the one"));
        Assert.That(Keys(path, "auto").Refusal("h", 22, Other), Is.Null);
        Assert.That(await File.ReadAllLinesAsync(path), Has.Length.EqualTo(2));
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            Assert.That(File.GetUnixFileMode(path), Is.EqualTo(Own));
            Assert.That(File.GetUnixFileMode(Path.GetDirectoryName(path)!), Is.EqualTo(Own | UnixFileMode.UserExecute));
        }
    }

    [Test]
    public async Task Key_that_another_connection_has_learnt_meanwhile_is_the_hosts()
    {
        await using var folder = new TemporaryFolder();
        string path = folder.Combine("known_hosts");
        HostKeys first = Keys(path, "auto"), second = Keys(path, "auto"), third = Keys(path, "auto");
        Assert.That(first.Refusal("h", 22, Key), Is.Null);
        Assert.That(second.Refusal("h", 22, Key), Is.Null);
        Assert.That(third.Refusal("h", 22, Other), Does.Contain("is not the one"));
        Assert.That(await File.ReadAllLinesAsync(path), Has.Length.EqualTo(1));
    }

    [TestCase("h ssh-ed25519 AAAA", "is not the one")]
    [TestCase("h,i ecdsa-sha2-nistp256 AAAA\n", "is not the one")]
    [TestCase("@revoked * ssh-ed25519 {0}", "is revoked")]
    public async Task Host_that_is_known_by_another_key_or_a_key_that_is_revoked_is_not_learnt(string line, string refusal)
    {
        await using var folder = new TemporaryFolder();
        string path = folder.Combine("known_hosts");
        await File.WriteAllTextAsync(path, string.Format(null, line, Convert.ToBase64String(Key)));
        string before = await File.ReadAllTextAsync(path);
        Assert.That(Keys(path, "auto").Refusal("h", 22, Key), Does.Contain(refusal));
        Assert.That(await File.ReadAllTextAsync(path), Is.EqualTo(before));
    }

    [Test]
    public async Task Line_that_has_no_end_stays_a_line_of_its_own()
    {
        await using var folder = new TemporaryFolder();
        string path = folder.Combine("known_hosts");
        string before = $"i ssh-rsa {Convert.ToBase64String(Other)}";
        await File.WriteAllTextAsync(path, before);
        Assert.That(Keys(path, "AUTO").Refusal("h", 22, Key), Is.Null);
        Assert.That(await File.ReadAllLinesAsync(path), Is.EqualTo(new[] { before, $"h ssh-ed25519 {Convert.ToBase64String(Key)}" }));
    }

    [Test]
    public async Task Host_that_cannot_be_remembered_is_refused()
    {
        await using var folder = new TemporaryFolder();
        HostKeys keys = Keys(folder.Combine("file/known_hosts"), "auto");
        await folder.WriteAsync("file", default);
        Assert.That(keys.Refusal("h", 22, Key), Does.Contain("cannot be added to"));
    }

    [Test]
    public async Task Uri_says_how_a_host_is_verified()
    {
        await using var folder = new TemporaryFolder();
        string path = folder.Combine("known_hosts");
        Assert.That(Keys(path, "normal").Refusal("h", 22, Key), Does.Contain("is not in"));
        Assert.That(File.Exists(path), Is.False);
        Assert.That(HostKeys.Of(LibvirtUri.Parse("qemu+ssh://h/system?known_hosts_verify=ignore"), path), Is.Null);
        Assert.That(HostKeys.Of(LibvirtUri.Parse("qemu+ssh://h/system?no_verify=1&known_hosts_verify=auto"), path), Is.Null);
        foreach (string value in (string[])["", "yes", "auto,normal"])
            Assert.That(() => Keys(path, value), Throws.TypeOf<FormatException>().With.Message.Contain("normal, auto or ignore"));
    }

    private static HostKeys Keys(string path, string verify) => HostKeys.Of(LibvirtUri.Parse($"qemu+ssh://h/system?known_hosts_verify={verify}"), path)!;
}
