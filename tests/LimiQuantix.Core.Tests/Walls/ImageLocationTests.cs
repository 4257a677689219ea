using LimiQuantix.Core.Tests.Machines.Support;
using LimiQuantix.Images;
using LimiQuantix.Plugins;
using Microsoft.Extensions.DependencyInjection;

namespace LimiQuantix.Core.Tests.Walls;

/// <summary>Whose locations may reach what: paths, this network, or only what is public.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
internal sealed class ImageLocationTests
{
    private static readonly Caller Tenant = new() { Name = "tenant", Project = "tenant" };

    [Test]
    public async Task Without_an_authorizer_only_the_hosts_own_locations_are_paths_or_private()
    {
        SeenSource source = new();
        await using var platform = await Platform.StartAsync(services => source.AddTo(services));
        var tenants = platform.LimiQuantix.For(Tenant).Images;

        foreach (var location in new[] { platform.DiskPath, "seen://127.0.0.1/x", "seen://localhost/x", "seen://[fd00::1]/x", "seen://169.254.169.254/x" })
        {
            var refused = await Assert.ThrowsAsync<LimiQuantixException>(() => tenants.EnsureAsync(location));
            Assert.That(refused!.Code, Is.EqualTo(ErrorCodes.PermissionDenied), location);
        }

        Assert.That(source.Trusts, Is.Empty);
        Assert.That((await platform.LimiQuantix.For(Tenant).Operations.ListAsync()).Items, Is.Empty);
        await FailsAsync(() => tenants.EnsureAsync("seen://images.example/x"));
        Assert.That(source.Trusts, Is.Not.Empty.And.All.EqualTo(LocationTrust.Untrusted));
        source.Clear();
        await FailsAsync(() => platform.LimiQuantix.Images.EnsureAsync("seen://127.0.0.1/x"));
        Assert.That(source.Trusts, Is.Not.Empty.And.All.EqualTo(LocationTrust.Trusted));
    }

    [Test]
    public async Task Authorizer_decides_whose_locations_are_trusted_and_a_refusal_narrows_the_import()
    {
        SeenSource source = new();
        PrivateFor authorizer = new("operator");
        await using var platform = await Platform.StartAsync(services =>
        {
            source.AddTo(services);
            services.AddSingleton<IAuthorizer>(authorizer);
        });

        await FailsAsync(() => platform.LimiQuantix.For(Tenant with { Name = "operator" }).Images.EnsureAsync("seen://10.0.0.1/x"));
        var ofOperator = source.Trusts;
        source.Clear();
        await FailsAsync(() => platform.LimiQuantix.For(Tenant).Images.EnsureAsync("seen://images.example/y"));
        var ofTenant = source.Trusts;

        Assert.That(ofOperator, Is.Not.Empty.And.All.EqualTo(LocationTrust.Trusted));
        Assert.That(ofTenant, Is.Not.Empty.And.All.EqualTo(LocationTrust.Untrusted));
        Assert.That(authorizer.Asked.Select(asked => (asked.Request as ImageImport)?.Location), Does.Contain("seen://10.0.0.1/x").And.Contain("seen://images.example/y"));
    }

    private static async Task FailsAsync(Func<Task> action) =>
        Assert.That((await Assert.ThrowsAsync<LimiQuantixException>(() => action().WaitAsync(TimeSpan.FromSeconds(60))))!.Code, Is.EqualTo(ErrorCodes.NotFound));

    private sealed class PrivateFor(string name) : IAuthorizer
    {
        public List<AuthorizationRequest> Asked { get; } = [];

        public ValueTask<bool> AuthorizeAsync(AuthorizationRequest request, CancellationToken cancellationToken = default)
        {
            if (request.Action == Actions.ImagesImportPrivate) Asked.Add(request);
            return ValueTask.FromResult(request.Action != Actions.ImagesImportPrivate || request.Caller.Name == name);
        }
    }

    /// <summary>A source that has nothing, and remembers how much its requests were trusted.</summary>
    private sealed class SeenSource : IImageSource, IPlugin
    {
        private readonly List<LocationTrust> _trusts = [];

        public IReadOnlyList<LocationTrust> Trusts
        {
            get
            {
                lock (_trusts) return [.. _trusts];
            }
        }

        public IReadOnlyList<string> Serves { get; } = ["seen://"];

        public void AddTo(IServiceCollection services) => services.AddLimiQuantix().AddPlugin(this).AddInstance<SeenOptions>("seen", "seen");

        public void Register(IPluginRegistry registry) => registry.Add<IImageSource, SeenOptions>("seen", (_, _, _) => ValueTask.FromResult<IImageSource>(this));

        public void Clear()
        {
            lock (_trusts) _trusts.Clear();
        }

        public T? GetCapability<T>() where T : class => this as T;

        public Task<ProviderHealth> CheckHealthAsync(CheckHealthRequest request, CancellationToken cancellationToken = default) => Task.FromResult(ProviderHealth.Healthy);

        public Task<ImageSourceInfo> ProbeAsync(ProbeImageRequest request, CancellationToken cancellationToken = default) => throw Nothing(request.Trust);

        public Task<Stream> OpenAsync(ImageRangeRequest request, CancellationToken cancellationToken = default) => throw Nothing(request.Trust);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private LimiQuantixException Nothing(LocationTrust trust)
        {
            lock (_trusts) _trusts.Add(trust);
            return new LimiQuantixException(ErrorCodes.NotFound, "There is nothing.");
        }
    }

    private sealed class SeenOptions;
}
