using System.Reflection;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using LimiQuantix.Testing;

namespace LimiQuantix.Benchmarks.Tests;

internal sealed class HotPathTests
{
    private static readonly MethodInfo[] Benchmarks =
        [.. typeof(HotPath).Assembly.GetTypes().SelectMany(type => type.GetMethods()).Where(method => method.IsDefined(typeof(BenchmarkAttribute)))];

    public static IEnumerable<string> Works => HotPath.All.Select(path => path.Work);

    [Test]
    public void Each_benchmark_is_a_named_work_or_the_peer_of_one()
    {
        Assert.That(Benchmarks, Is.Not.Empty);
        Assert.That(Works, Is.Unique);
        foreach (MethodInfo method in Benchmarks)
        {
            var peer = method.GetCustomAttribute<PeerAttribute>();
            Assert.That(method.IsDefined(typeof(WorkAttribute)) != (peer is not null), $"{method.DeclaringType}.{method.Name}");
            Assert.That(peer is null || Works.Contains(peer.Work), $"{method.DeclaringType}.{method.Name} is the peer of '{peer?.Work}'");
        }
    }

    [TestCaseSource(nameof(Works))]
    public async Task Benchmark_runs_three_times(string work)
    {
        (Func<Task> run, Func<Task> end) = await HotPath.All.Single(path => path.Work == work).PrepareAsync();
        try
        {
            for (int i = 0; i < 3; i++)
                await run();
        }
        finally
        {
            await end();
        }
    }

    [Test]
    public void Each_figure_of_allocations_json_has_its_reasons_and_each_benchmark_its_figure()
    {
        using JsonDocument book = JsonDocument.Parse(File.ReadAllText(RepositoryRoot.Combine("benchmarks/LimiQuantix.Benchmarks/allocations.json")));
        JsonElement[] figures = [.. book.RootElement.EnumerateArray()];

        Assert.That(figures.Select(figure => figure.GetProperty("work").GetString()), Is.EquivalentTo(Works));
        foreach (JsonElement figure in figures.Where(figure => figure.GetProperty("bytes").GetInt64() > 0))
            Assert.That(figure.GetProperty("why").EnumerateArray().Select(why => why.GetString()), Is.Not.Empty.And.All.Not.Empty, figure.ToString());
    }

    [Test]
    public void Report_in_the_repository_has_the_rows_of_each_benchmark()
    {
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(RepositoryRoot.Combine("benchmarks/results/micro.json")));

        foreach (string unit in new[] { "ns", "bytes allocated" })
        {
            Assert.That(
                report.RootElement.GetProperty("rows").EnumerateArray().Where(row => row.GetProperty("unit").GetString() == unit).Select(row => row.GetProperty("work").GetString()),
                Is.EquivalentTo(Works),
                unit);
        }
    }
}
