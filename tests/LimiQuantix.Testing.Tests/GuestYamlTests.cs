namespace LimiQuantix.Testing.Tests;

/// <summary>The YAML that the tiny guest's cloud-init reads (eng/images/tiny/yaml.awk), on this machine's own awk.</summary>
public sealed class GuestYamlTests
{
    [TestCase("a: b", "a\tb")]
    [TestCase("a: b # note", "a\tb")]
    [TestCase("a: 'it''s: # x'", "a\tit's: # x")]
    [TestCase("a: \"q\\\"\\n\\u003c\\u00e9\"", "a\tq\"\\n<é")]
    [TestCase("a: c:\\x\\n", "a\tc:\\\\x\\\\n")]
    [TestCase("a:\n  b:\n    c: d\ne: f", "a/b/c\td", "e\tf")]
    [TestCase("a:\n- x\n- y: 1\n  z: 2\nb: c", "a/0\tx", "a/1/y\t1", "a/1/z\t2", "b\tc")]
    [TestCase("a:\n  - - sh\n    - -c\n    - |\n      one\n        two\n  - last", "a/0/0\tsh", "a/0/1\t-c", "a/0/2\tone\\n  two\\n", "a/1\tlast")]
    [TestCase("a: |\n  # kept\n  x\tz\n\n\nb: c", "a\t# kept\\nx\\tz\\n", "b\tc")]
    [TestCase("a: |-\n  x\nb: >-\n  y\n  z", "a\tx", "b\ty z")]
    [TestCase("a: [sh, -c, \"b, ]\", {c: d}]", "a/0\tsh", "a/1\t-c", "a/2\tb, ]", "a/3/c\td")]
    [TestCase("{\"a\": [\"b\",\n [\"c\"]], \"d\": {\"e\": 1}}", "a/0\tb", "a/1/0\tc", "d/e\t1")]
    [TestCase("a: []\nb:\nc: {}", "b\t")]
    public async Task A_document_is_flattened(string document, params string[] lines)
    {
        Assert.That(await FlattenAsync(document), Is.EqualTo(string.Join('\n', lines)));
    }

    [TestCase("a: [b")]
    [TestCase("a: \"b")]
    [TestCase("a: *alias")]
    [TestCase("just words")]
    public async Task A_document_that_is_not_understood_is_refused(string document)
    {
        await using var folder = new TemporaryFolder();
        string path = await folder.WriteAsync("document", System.Text.Encoding.UTF8.GetBytes(document));

        ProcessOutput result = await Command.RunAsync(Requires.Tool("awk"), ["-f", RepositoryRoot.Combine("eng/images/tiny/yaml.awk"), path]);

        Assert.That(result.ExitCode, Is.EqualTo(1));
    }

    private static async Task<string> FlattenAsync(string document)
    {
        await using var folder = new TemporaryFolder();
        string path = await folder.WriteAsync("document", System.Text.Encoding.UTF8.GetBytes(document));
        return await Command.OutputAsync(Requires.Tool("awk"), ["-f", RepositoryRoot.Combine("eng/images/tiny/yaml.awk"), path]);
    }
}
