using LimiQuantix.Core.Tests.Machines.Support;
using LimiQuantix.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LimiQuantix.Core.Tests;

/// <summary>Where the engine keeps its state when the host says nothing about it.</summary>
[TestFixture]
internal sealed class StateInstanceTests
{
    [Test]
    public async Task Instance_of_another_contract_that_is_named_state_leaves_the_state_in_SQLite()
    {
        await using var folder = new TemporaryFolder();
        await using var services = Host(folder, builder => builder.AddInstance<FakePlatformStorageOptions>("fake", "state"));
        var limiquantix = services.GetRequiredService<ILimiQuantix>();

        Assert.That((await limiquantix.Machines.ListAsync()).Items, Is.Empty);
        Assert.That((await limiquantix.Pools.ListAsync()).Items.Select(pool => pool.Name), Is.EqualTo(["state"]));
        Assert.That(File.Exists(folder.Combine("data/state.db")), Is.True);
    }

    [Test]
    public async Task Hosts_own_choice_of_a_state_goes_before_the_default()
    {
        await using var folder = new TemporaryFolder();
        await using var services = Host(folder, builder => builder.UseInMemoryState());

        Assert.That((await services.GetRequiredService<ILimiQuantix>().Machines.ListAsync()).Items, Is.Empty);
        Assert.That(File.Exists(folder.Combine("data/state.db")), Is.False);
    }

    private static ServiceProvider Host(TemporaryFolder folder, Action<ILimiQuantixBuilder> choose)
    {
        var services = new ServiceCollection();
        var builder = services.AddLimiQuantix(options =>
        {
            options.DataDirectory = folder.Combine("data");
            options.RuntimeDirectory = folder.Combine("run");
        }).AddPlugin(new FakePlatform());
        choose(builder);
        return services.BuildServiceProvider();
    }
}
