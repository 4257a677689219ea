using LimiQuantix.Testing;
using Renci.SshNet;
using Renci.SshNet.Security;

namespace LibvirtSharp.Ssh.Tests;

internal sealed class KnownHostsTests
{
    private static readonly byte[] Key = [1, 2, 3];
    private static readonly string Text = Convert.ToBase64String(Key);
    private static readonly string Other = Convert.ToBase64String([4, 5, 6]);

    [TestCase("db1.example.com", 22, "db1.example.com")]
    [TestCase("db1.example.com", 22, "*.example.com")]
    [TestCase("db1.example.com", 22, "other,DB?.example.com")]
    [TestCase("db1.example.com", 22, "*,!db2.example.com")]
    [TestCase("db1.example.com", 2222, "[*.example.com]:2222")]
    [TestCase("db1.example.com", 2222, "*")]
    public async Task Host_is_known_when_a_pattern_matches_it(string host, int port, string patterns) =>
        Assert.That((await ReadAsync($"{patterns} ssh-ed25519 {Text}")).Refusal(host, port, Key), Is.Null);

    [TestCase("db1.example.com", 22, "example.com")]
    [TestCase("db1.example.com", 22, "*.example.org")]
    [TestCase("db1.example.com", 22, "*.example.com,!db1.*")]
    [TestCase("db1.example.com", 22, "!db1.*,*.example.com")]
    [TestCase("db1.example.com", 22, "!db2.example.com")]
    [TestCase("db12.example.com", 22, "db?.example.com")]
    [TestCase("db1.example.com", 2222, "*.example.com")]
    public async Task Host_is_not_known_when_no_pattern_matches_it_or_one_excludes_it(string host, int port, string patterns) =>
        Assert.That((await ReadAsync($"{patterns} ssh-ed25519 {Text}")).Refusal(host, port, Key), Does.Contain("is not in"));

    [TestCase("@revoked * ssh-ed25519 {0}", "h ssh-ed25519 {0}")]
    [TestCase("h ssh-ed25519 {0}", "@revoked * ssh-ed25519 {0}")]
    [TestCase("h ssh-ed25519 {0}", "@revoked h ssh-ed25519 {0}")]
    public async Task Revoked_key_is_refused_wherever_its_line_is(string first, string second) =>
        Assert.That((await ReadAsync(string.Format(null, first, Text), string.Format(null, second, Text))).Refusal("h", 22, Key), Does.Contain("is revoked"));

    [Test]
    public async Task Revoked_key_of_another_host_or_another_key_of_this_one_does_not_matter() =>
        Assert.That((await ReadAsync($"@revoked other ssh-ed25519 {Text}", $"@revoked * ssh-ed25519 {Other}", $"h ssh-ed25519 {Text}")).Refusal("h", 22, Key), Is.Null);

    [Test]
    public async Task Key_types_that_are_known_are_asked_for_first()
    {
        IOrderedDictionary<string, Func<byte[], KeyHostAlgorithm>> algorithms = new ConnectionInfo("h", "user", new NoneAuthenticationMethod("user")).HostKeyAlgorithms;
        string[] before = [.. algorithms.Keys];
        (await ReadAsync($"other ssh-ed25519 {Text}", $"h ssh-rsa {Text}", $"h ecdsa-sha2-nistp256 {Text}")).PutKnownFirst("h", 22, algorithms);
        string[] first = ["ecdsa-sha2-nistp256", "rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"];
        Assert.That(algorithms.Keys, Is.EqualTo(first.Concat(before.Except(first))));
    }

    private static async Task<KnownHosts> ReadAsync(params string[] lines)
    {
        await using var folder = new TemporaryFolder();
        string path = folder.Combine("known_hosts");
        await File.WriteAllLinesAsync(path, lines);
        return KnownHosts.Read(path);
    }
}
