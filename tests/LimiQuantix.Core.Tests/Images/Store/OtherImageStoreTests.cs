using LimiQuantix.Conformance.Fakes;
using LimiQuantix.Images;
using LimiQuantix.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LimiQuantix.Core.Tests.Images.Store;

/// <summary>A host's own image store takes the place of the built-in library, also one of another process.</summary>
[TestFixture(false)]
[TestFixture(true)]
internal sealed class OtherImageStoreTests(bool isRemote)
{
    private readonly byte[] _bytes = TestImages.Raw(200_000);

    [Test]
    public async Task Images_are_fetched_kept_and_given_up_by_it()
    {
        await using var folder = new TemporaryFolder();
        using var world = new FakeWorld();
        await using var provider = Start(folder, world);
        var images = provider.GetRequiredService<ILimiQuantix>().Images;
        var location = world.Images().Put("disk.img", _bytes) + "?signature=%7E";

        var image = await images.EnsureAsync(location).WaitAsync(Eventually.DefaultTimeout);
        var again = await images.EnsureAsync(location).WaitAsync(Eventually.DefaultTimeout);
        var wrong = await Assert.ThrowsAsync<LimiQuantixException>(
            () => images.EnsureAsync(new ImageImport { Location = location, Name = "wrong", ExpectedDigest = TestImages.Sha256([1]) }).WaitAsync(Eventually.DefaultTimeout));

        Assert.That((image.Status.Phase, image.Status.Digest, again.Id), Is.EqualTo((ImagePhase.Ready, TestImages.Sha256(_bytes), image.Id)));
        Assert.That(wrong!.Code, Is.EqualTo(ErrorCodes.ChecksumMismatch));
        Assert.That(Directory.Exists(folder.Combine("data/library")), Is.False, "the built-in library is not used");
        await images.DeleteAsync(image.Id);
        await Eventually.TrueAsync(() => world.Effects.Any(call => call.Member == "DeleteAsync"), "whoever leads takes the file out");
    }

    [Test]
    public async Task Job_that_is_cancelled_by_its_user_is_cancelled_there_and_leaves_nothing()
    {
        await using var folder = new TemporaryFolder();
        using var world = new FakeWorld();
        world.Faults.Delay("Job", TimeSpan.FromMinutes(30));
        await using var provider = Start(folder, world);
        var images = provider.GetRequiredService<ILimiQuantix>().Images;
        var handle = await images.ImportAsync(new ImageImport { Location = world.Images().Put("disk.img", _bytes) });
        await Eventually.TrueAsync(() => world.Calls.Any(call => call.Member == "Job"), "the job has begun");

        await handle.CancelAsync();

        Assert.That(() => handle.CompletedAsync().WaitAsync(Eventually.DefaultTimeout), Throws.InstanceOf<Exception>());
        await Eventually.TrueAsync(() => world.Calls.Any(call => call is { Member: "DiscardAsync", Stage: FakeCallStage.Ended }), "what came is deleted");
        Assert.That(await images.FindAsync(handle.ResourceId), Is.Null);
    }

    [Test]
    public async Task Answer_that_is_lost_is_asked_for_again()
    {
        await using var folder = new TemporaryFolder();
        using var world = new FakeWorld();
        world.Faults.Throw("CommitAsync", ErrorCodes.Unavailable, FakePoint.AfterEffect, isTransient: true);
        await using var provider = Start(folder, world);

        var image = await provider.GetRequiredService<ILimiQuantix>().Images.EnsureAsync(world.Images().Put("disk.img", _bytes)).WaitAsync(Eventually.DefaultTimeout);

        Assert.That((image.Status.Phase, image.Status.Digest), Is.EqualTo((ImagePhase.Ready, TestImages.Sha256(_bytes))));
        Assert.That(world.Calls.Select(call => (call.Member, call.CallId)).Distinct().Count(call => call.Member == "CommitAsync"), Is.EqualTo(2));
    }

    private ServiceProvider Start(TemporaryFolder folder, FakeWorld world)
    {
        var services = new ServiceCollection();
        services.AddLimiQuantix(options =>
        {
            options.DataDirectory = folder.Combine("data");
            options.RuntimeDirectory = folder.Combine("run");
        })
            .UseInMemoryState()
            .AddFakeImageStore(world, configure: options => options.IsRemote = isRemote);
        return services.BuildServiceProvider();
    }
}
