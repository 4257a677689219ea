using System.Security.Cryptography;
using LimiQuantix.Guest.Tests.Support;

namespace LimiQuantix.Guest.Tests;

public sealed class FilesTests
{
    private AgentInProcess _agent = null!;
    private GuestSession _session = null!;

    [SetUp]
    public async Task Connect()
    {
        _agent = new AgentInProcess();
        _session = await _agent.ConnectAsync();
    }

    [TearDown]
    public async Task Disconnect()
    {
        await _session.DisposeAsync();
        await _agent.DisposeAsync();
    }

    private string In(string name) => Path.Combine(_agent.Folder, name);

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(100_000)]
    [TestCase(5_000_000)]
    public async Task File_goes_out_and_comes_back_as_it_was(int size)
    {
        byte[] content = RandomNumberGenerator.GetBytes(size);
        GuestTransfer pushed = await _session.Files.WriteAsync(In("f"), content, new GuestWriteOptions { Mode = (UnixFileMode)0x1A0 });
        byte[] back = await _session.Files.ReadAsync(In("f"));

        Assert.That(back, Is.EqualTo(content));
        Assert.That(pushed.Sha256.ToArray(), Is.EqualTo(SHA256.HashData(content)));
        GuestFileEntry entry = await _session.Files.StatAsync(In("f"));
        Assert.That((entry.Type, entry.Size, (int)entry.Mode), Is.EqualTo((GuestFileType.Regular, (long)size, 0x1A0)));
        Assert.That(Directory.GetFiles(_agent.Folder, "*.partial"), Is.Empty);
    }

    [Test]
    public async Task Content_with_another_digest_never_appears()
    {
        Assert.That(await Failing.CodeOfAsync(() => _session.Files.WriteAsync(In("f"), "x"u8.ToArray(), new GuestWriteOptions { Sha256 = new byte[32] })), Is.EqualTo(GuestErrorCode.Changed));
        Assert.That(Directory.GetFiles(_agent.Folder), Has.None.Contains("/f").And.None.Contains("partial"));
    }

    [Test]
    public async Task Existing_file_is_kept_when_asked_and_replaced_with_its_permissions_otherwise()
    {
        await _session.Files.WriteAsync(In("f"), "one"u8.ToArray(), new GuestWriteOptions { Mode = (UnixFileMode)0x180 });
        Assert.That(await Failing.CodeOfAsync(() => _session.Files.WriteAsync(In("f"), "two"u8.ToArray(), new GuestWriteOptions { KeepExisting = true })), Is.EqualTo(GuestErrorCode.Exists));
        await _session.Files.WriteAsync(In("f"), "three"u8.ToArray());

        Assert.That(await File.ReadAllTextAsync(In("f")), Is.EqualTo("three"));
        Assert.That((int)File.GetUnixFileMode(In("f")), Is.EqualTo(0x180));
    }

    [Test]
    public async Task Push_that_was_cut_goes_on_where_it_ended()
    {
        byte[] content = RandomNumberGenerator.GetBytes(3_000_000);
        GuestWriteOptions options = new() { ResumeId = "push-1" };
        using (var cut = new CancellationTokenSource())
        {
            var source = new CuttingStream(content, 1_500_000, cut);
            Assert.That(async () => await _session.Files.PushAsync(source, In("f"), options, cut.Token), Throws.InstanceOf<OperationCanceledException>());
        }

        // The agent hears of the cut a moment later.
        await Task.Delay(200);
        GuestTransfer pushed = await _session.Files.PushAsync(new MemoryStream(content), In("f"), options);

        Assert.That(pushed.ResumedFrom, Is.GreaterThan(500_000));
        Assert.That(await File.ReadAllBytesAsync(In("f")), Is.EqualTo(content));
        Assert.That(Directory.GetFiles(_agent.Folder, "*.partial"), Is.Empty);
    }

    [Test]
    public async Task File_without_a_size_is_read_to_its_end()
    {
        byte[] status = await _session.Files.ReadAsync("/proc/self/status");

        Assert.That(System.Text.Encoding.UTF8.GetString(status), Does.Contain("VmRSS"));
    }

    [Test]
    public async Task What_is_no_regular_file_is_not_read()
    {
        await Testing.Command.OutputAsync("mkfifo", [In("pipe")]);

        Assert.That(await Failing.CodeOfAsync(() => _session.Files.ReadAsync(In("pipe"))), Is.EqualTo(GuestErrorCode.Invalid));
        Assert.That(await Failing.CodeOfAsync(() => _session.Files.ReadAsync("/dev/zero")), Is.EqualTo(GuestErrorCode.Invalid));
        Assert.That(await Failing.CodeOfAsync(() => _session.Files.ReadAsync("/etc")), Is.EqualTo(GuestErrorCode.Invalid));
        Assert.That(await Failing.CodeOfAsync(() => _session.Files.ReadAsync(In("absent"))), Is.EqualTo(GuestErrorCode.NotFound));
    }

    [Test]
    public async Task Link_is_read_as_what_it_leads_to_and_one_that_leads_nowhere_is_an_error()
    {
        await File.WriteAllTextAsync(In("real"), "content");
        File.CreateSymbolicLink(In("link"), In("real"));
        File.CreateSymbolicLink(In("dangling"), In("nowhere"));

        Assert.That(await _session.Files.ReadAsync(In("link")), Is.EqualTo("content"u8.ToArray()));
        Assert.That(await Failing.CodeOfAsync(() => _session.Files.ReadAsync(In("dangling"))), Is.EqualTo(GuestErrorCode.NotFound));
        Assert.That((await _session.Files.StatAsync(In("dangling"), followLinks: false)).LinkTarget, Is.EqualTo(In("nowhere")));
    }

    [Test]
    public async Task Longer_file_than_wanted_is_refused()
    {
        await File.WriteAllBytesAsync(In("f"), new byte[100_000]);

        Assert.That(await Failing.CodeOfAsync(() => _session.Files.ReadAsync(In("f"), maxBytes: 50_000)), Is.EqualTo(GuestErrorCode.LimitExceeded));
        Assert.That(await _session.PingAsync(), Is.GreaterThan(TimeSpan.Zero));
    }

    [Test]
    public async Task Folder_is_made_listed_and_removed()
    {
        await _session.Files.CreateDirectoryAsync(In("a/b/c"), mode: (UnixFileMode)0x1C0);
        for (int i = 0; i < 500; i++)
            await File.WriteAllTextAsync(In($"a/b/c/file-{i}"), "x");
        IReadOnlyList<GuestFileEntry> entries = await _session.Files.ListAsync(In("a/b/c"));

        Assert.That(entries.Select(e => e.Path), Is.EquivalentTo(Enumerable.Range(0, 500).Select(i => $"file-{i}")));
        Assert.That(await Failing.CodeOfAsync(() => _session.Files.ListAsync(In("a/b/c"), limit: 10)), Is.EqualTo(GuestErrorCode.LimitExceeded));
        Assert.That(await Failing.CodeOfAsync(() => _session.Files.RemoveAsync(In("a"))), Is.EqualTo(GuestErrorCode.Exists));
        await _session.Files.RemoveAsync(In("a"), recursive: true);
        Assert.That(Directory.Exists(In("a")), Is.False);
        await _session.Files.RemoveAsync(In("a"), ignoreMissing: true);
        Assert.That(await Failing.CodeOfAsync(() => _session.Files.RemoveAsync(In("a"))), Is.EqualTo(GuestErrorCode.NotFound));
    }

    [Test]
    public async Task Removal_of_a_tree_follows_no_link()
    {
        Directory.CreateDirectory(In("kept"));
        await File.WriteAllTextAsync(In("kept/file"), "x");
        Directory.CreateDirectory(In("gone"));
        Directory.CreateSymbolicLink(In("gone/link"), In("kept"));
        await _session.Files.RemoveAsync(In("gone"), recursive: true);

        Assert.That(File.Exists(In("kept/file")), Is.True);
    }

    [Test]
    public async Task Tree_is_copied_in_and_out_with_equal_content()
    {
        Directory.CreateDirectory(In("source/empty"));
        Directory.CreateDirectory(In("source/deep/er"));
        byte[] content = RandomNumberGenerator.GetBytes(700_000);
        await File.WriteAllBytesAsync(In("source/deep/er/big"), content);
        await File.WriteAllTextAsync(In("source/run.sh"), "#!/bin/sh\n");
        File.SetUnixFileMode(In("source/run.sh"), (UnixFileMode)0x1ED);
        await File.WriteAllBytesAsync(In("source/none"), []);
        File.CreateSymbolicLink(In("source/link"), "/etc/passwd");
        await Testing.Command.OutputAsync("mkfifo", [In("source/pipe")]);

        GuestTransfer pushed = await _session.Files.PushTreeAsync(In("source"), In("guest"));
        GuestTransfer pulled = await _session.Files.PullTreeAsync(In("guest"), In("back"));

        Assert.That((pushed.Files, pushed.Directories, pushed.Bytes), Is.EqualTo((3, 3, 700_010)));
        Assert.That((pulled.Files, pulled.Directories, pulled.Bytes), Is.EqualTo((3, 3, 700_010)));
        Assert.That(pushed.Skipped, Has.One.StartsWith("link:").And.One.StartsWith("pipe:"));
        Assert.That(await File.ReadAllBytesAsync(In("back/deep/er/big")), Is.EqualTo(content));
        Assert.That(File.GetUnixFileMode(In("back/run.sh")) & UnixFileMode.UserExecute, Is.Not.EqualTo(UnixFileMode.None));
        Assert.That(Directory.Exists(In("back/empty")), Is.True);
        Assert.That(File.Exists(In("back/link")), Is.False);
    }

    [Test]
    public async Task Tree_towards_the_guest_follows_no_link_that_lies_there()
    {
        Directory.CreateDirectory(In("source/sub"));
        await File.WriteAllTextAsync(In("source/sub/file"), "x");
        Directory.CreateDirectory(In("guest"));
        Directory.CreateDirectory(In("elsewhere"));
        Directory.CreateSymbolicLink(In("guest/sub"), In("elsewhere"));

        await Failing.OfAsync(() => _session.Files.PushTreeAsync(In("source"), In("guest")));
        Assert.That(Directory.GetFileSystemEntries(In("elsewhere")), Is.Empty);
    }

    [Test]
    public async Task Permissions_are_changed()
    {
        await File.WriteAllTextAsync(In("f"), "x");
        await _session.Files.SetAttributesAsync(In("f"), (UnixFileMode)0x100);

        Assert.That((int)File.GetUnixFileMode(In("f")), Is.EqualTo(0x100));
        Assert.That(await Failing.CodeOfAsync(() => _session.Files.SetAttributesAsync(In("f"), owner: "nobody-of-that-name")), Is.EqualTo(GuestErrorCode.NotFound));
    }

    [TestCase("")]
    [TestCase("a\0b")]
    public void Path_that_is_none_is_refused_here(string path) =>
        Assert.That(() => _session.Files.StatAsync(path), Throws.InstanceOf<ArgumentException>());

    [Test]
    public async Task Relative_path_is_refused_by_the_agent() =>
        Assert.That(await Failing.CodeOfAsync(() => _session.Files.StatAsync("etc/passwd")), Is.EqualTo(GuestErrorCode.Invalid));

    /// <summary>Gives so many bytes and then has the push cancelled.</summary>
    private sealed class CuttingStream(byte[] content, int at, CancellationTokenSource cut) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position < at)
                return base.ReadAsync(buffer, cancellationToken);
            cut.Cancel();
            return ValueTask.FromCanceled<int>(cut.Token);
        }
    }
}
