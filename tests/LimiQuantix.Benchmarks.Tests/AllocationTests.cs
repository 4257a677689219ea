using LimiQuantix.Testing;

namespace LimiQuantix.Benchmarks.Tests;

/// <summary>
/// What each hot path allocates, measured. Only optimised code tells: the tests' own build allocates more (the state of each asynchronous
/// method, for one), so the benchmarks are built once more.
/// </summary>
[Category("Integration")]
internal sealed class AllocationTests
{
    [Test]
    public async Task No_hot_path_allocates_more_than_its_figure_in_allocations_json()
    {
        string project = RepositoryRoot.Combine("benchmarks/LimiQuantix.Benchmarks");
        await Command.OutputAsync("dotnet", ["build", project, "-c", "Release", "--no-restore", "-v", "q", "-nologo", "-nodeReuse:false"], TimeSpan.FromMinutes(15));

        ProcessOutput compared = await Command.RunAsync(
            Path.Combine(project, "bin/Release/net10.0/LimiQuantix.Benchmarks"), ["allocations", Path.Combine(project, "allocations.json")], TimeSpan.FromMinutes(10));

        Assert.That(compared.ExitCode, Is.Zero, $"{compared.StandardError}{compared.StandardOutput}");
    }
}
