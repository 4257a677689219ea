namespace LimiQuantix.Testing.Tests;

public sealed class ScriptTests
{
    private static IEnumerable<string> Scripts()
    {
        string root = RepositoryRoot.Path;
        return Directory.EnumerateFiles(root, "*.sh")
            .Concat(Directory.EnumerateFiles(Path.Combine(root, "eng"), "*.sh", SearchOption.AllDirectories))
            .Append(Path.Combine(root, ".ci/run"))
            .Select(path => Path.GetRelativePath(root, path))
            .Order(StringComparer.Ordinal);
    }

    [TestCaseSource(nameof(Scripts))]
    public async Task A_script_is_one_that_bash_can_read(string script)
    {
        ProcessOutput result = await Command.RunAsync("bash", ["-n", RepositoryRoot.Combine(script)]);

        Assert.That(result.ExitCode, Is.Zero, result.StandardError);
    }

    [Test]
    public async Task A_benchmark_that_does_not_exist_is_refused_with_the_names_that_do()
    {
        ProcessOutput result = await Command.RunAsync(RepositoryRoot.Combine("bench.sh"), ["no-such-benchmark"]);

        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.StandardError, Does.Contain("names:"));
    }
}
