using LimiQuantix.Conformance;
using LimiQuantix.Plugins;
using LimiQuantix.Testing;

namespace LimiQuantix.Storage.Directory.Tests;

[TestFixture(false)]
[TestFixture(true)]
[Category("Integration")]
public sealed class DirectoryStorageSuite(bool isRemote) : StorageSuite(isRemote)
{
    [OneTimeSetUp]
    public void Require() => Requires.Tool("qemu-img");

    protected override ValueTask<IStorageBackend> OpenAsync(ProviderContext context) => new(new DirectoryStorage(
        context,
        // A test's file system may be nearly full.
        new DirectoryStorageOptions { Path = Host.Combine("pool"), WarnBelowPercentFree = 0, RefuseBelowPercentFree = 0 }));

    protected override async Task<Guid?> AddForeignAsync()
    {
        var id = Guid.CreateVersion7();
        await using var other = Other();
        await other.EnsureVolumeAsync(new VolumeDefinition { Ownership = new Ownership { InstallationId = Stranger, ResourceId = id }, SizeBytes = 1 << 20 });
        return id;
    }

    protected override async Task<bool> IsForeignThereAsync(Guid id)
    {
        await using var other = Other();
        return (await AllAsync(other.ListAsync())).Single().VolumeId == id;
    }

    private Guid Stranger { get; } = Guid.CreateVersion7();

    private DirectoryStorage Other() => new(
        Context with { InstallationId = Stranger },
        new DirectoryStorageOptions { Path = Host.Combine("pool"), WarnBelowPercentFree = 0, RefuseBelowPercentFree = 0 });
}
