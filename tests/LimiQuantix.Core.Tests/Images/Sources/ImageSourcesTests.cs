using LimiQuantix.Core.Tests.Plugins;
using LimiQuantix.Images;
using LimiQuantix.Providers.Loading;
using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.Images.Sources;

/// <summary>Which of several sources a location is asked of.</summary>
internal sealed class ImageSourcesTests
{
    private readonly byte[] _bytes = TestImages.Raw(200_000);

    [Test]
    public async Task Two_endpoints_of_one_kind_live_side_by_side_and_the_longest_prefix_that_fits_is_asked()
    {
        await using var fixture = await ImageFixture.StartAsync(build: Adding(("all", ["store://"]), ("bucket", ["store://bucket"]), ("folder", ["store://bucket/a/b/", "other://"])));

        Assert.That(await AskedAsync(fixture, "store://elsewhere/a/b/x"), Is.EqualTo("all"));
        Assert.That(await AskedAsync(fixture, "store://bucket/x"), Is.EqualTo("bucket"));
        Assert.That(await AskedAsync(fixture, "STORE://Bucket/a/bc/x"), Is.EqualTo("bucket"));
        Assert.That(await AskedAsync(fixture, "store://bucket:99/a/b/x"), Is.EqualTo("all"));
        Assert.That(await AskedAsync(fixture, "store://bucket/a/b/x?a"), Is.EqualTo("folder"));
        Assert.That(await AskedAsync(fixture, "other://bucket/x"), Is.EqualTo("folder"));
    }

    [Test]
    public async Task Import_names_the_source_and_the_same_location_of_two_sources_is_two_images()
    {
        await using var fixture = await ImageFixture.StartAsync(build: Adding(("one", ["store://"]), ("two", ["store://"])));

        var one = await AskedAsync(fixture, "store://bucket/x", "one");
        var two = await AskedAsync(fixture, "store://bucket/x", "two");
        var images = await fixture.Images.ListAsync(new ImageQuery());

        Assert.That((one, two), Is.EqualTo(("one", "two")));
        Assert.That(images.Items.Select(image => image.Spec.SourceName), Is.EquivalentTo(new[] { "one", "two" }));
    }

    [Test]
    public async Task Where_several_serve_equally_none_is_asked_until_one_is_named()
    {
        await using var fixture = await ImageFixture.StartAsync(build: Adding(("one", ["store://bucket/"]), ("two", ["store://bucket"])));

        var error = await fixture.FailAsync(new ImageImport { Location = "store://bucket/x?hunter2" });

        Assert.That((error.Code, error.Target), Is.EqualTo((ErrorCodes.InvalidArgument, "SourceName")));
        Assert.That(error.Message + error.Remedy, Does.Contain("equally").And.Not.Contain("hunter2"));
        Assert.That(await AskedAsync(fixture, "store://bucket/x", "two"), Is.EqualTo("two"));
    }

    [Test]
    public async Task Name_that_no_source_has_is_refused_at_the_door_and_one_that_does_not_serve_it_says_so()
    {
        await using var fixture = await ImageFixture.StartAsync(build: Adding(("one", ["store://bucket"])));

        var unknown = await Assert.ThrowsAsync<LimiQuantixException>(() => fixture.Images.ImportAsync(new ImageImport { Location = "store://bucket/x", SourceName = "none" }));
        var other = await fixture.FailAsync(new ImageImport { Location = "store://elsewhere/x", SourceName = "one" });

        Assert.That((unknown!.Code, other.Code), Is.EqualTo((ErrorCodes.NotFound, ErrorCodes.InvalidArgument)));
        Assert.That(other.Message, Does.Contain("'one' does not serve"));
    }

    [Test]
    public async Task Source_that_is_down_leaves_its_locations_to_no_other_that_has_different_bytes_there()
    {
        var isDown = false;
        await using var fixture = await ImageFixture.StartAsync(build: builder => builder
            .AddPlugin(new FakePlugin(registry => registry.Add<IImageSource, FakeOptions>("store", (context, _, _) => context.InstanceName == "bucket" && isDown
                ? throw new LimiQuantixException(ErrorCodes.Unavailable, "Down.", isTransient: true)
                : ValueTask.FromResult<IImageSource>(new NamedSource(context.InstanceName, context.InstanceName == "bucket" ? ["store://bucket"] : ["store://"])))))
            .AddInstance<FakeOptions>("store", "all").AddInstance<FakeOptions>("store", "bucket"));
        Assert.That(await AskedAsync(fixture, "store://bucket/x"), Is.EqualTo("bucket"));

        isDown = true;
        await fixture.ReopenAsync<IImageSource>("bucket");

        Assert.That((await fixture.FailAsync(new ImageImport { Location = "store://bucket/y" })).Code, Is.EqualTo(ErrorCodes.Unavailable));
        Assert.That(await AskedAsync(fixture, "store://elsewhere/y"), Is.EqualTo("all"));
    }

    [Test]
    public async Task Catalogue_entry_names_its_source_and_its_checksum_file_may_be_anothers()
    {
        await using var server = FileServer.Start();
        server.Add("disk.img.sha256", System.Text.Encoding.ASCII.GetBytes(TestImages.Sha256(NamedSource.BytesOf("two")).Hex));
        await using var folder = new TemporaryFolder();
        var path = await folder.WriteAsync("catalog.json", System.Text.Encoding.UTF8.GetBytes(
            $$"""{"entries":[{"id":"house","name":"House","locations":["store://bucket/disk.img"],"sourceName":"two","checksumLocation":"{{server.BaseAddress}}disk.img.sha256"}]}"""));
        await using var fixture = await ImageFixture.StartAsync(options => options.CatalogFiles.Add(path), build: Adding(("other", ["store://bucket"]), ("two", ["store://"])));

        var image = await fixture.Images.EnsureAsync("house");

        Assert.That((image.Spec.SourceName, image.Status.Digest), Is.EqualTo(("two", TestImages.Sha256(NamedSource.BytesOf("two")))));
    }

    [Test]
    public async Task Two_http_sources_serve_what_their_options_say()
    {
        await using var server = FileServer.Start();
        var mine = server.Add("mine/disk.img", _bytes);
        var other = server.Add("other/disk.img", TestImages.Raw(200_000, seed: 4));
        await using var fixture = await ImageFixture.StartAsync(build: builder => builder.AddHttpImages(
            options =>
            {
                options.UserAgent = "mirror";
                options.Serves.Add(server.BaseAddress + "mine");
            },
            "mirror"));

        await fixture.Images.EnsureAsync(mine.Url);
        await fixture.Images.EnsureAsync(other.Url);

        Assert.That(mine.Requests.Select(request => request.Headers["User-Agent"]), Is.Not.Empty.And.All.EqualTo("mirror"));
        Assert.That(other.Requests.Select(request => request.Headers["User-Agent"]), Is.Not.Empty.And.None.EqualTo("mirror"));
    }

    private static async Task<string> AskedAsync(ImageFixture fixture, string location, string? name = null)
    {
        var image = await fixture.ImportAsync(new ImageImport { Location = location, SourceName = name });
        string[] names = ["all", "bucket", "folder", "one", "two"];
        return names.First(candidate => image.Status.Digest == TestImages.Sha256(NamedSource.BytesOf(candidate)));
    }

    private static Action<LimiQuantixBuilder> Adding(params (string Name, string[] Serves)[] sources) => builder =>
    {
        builder.AddPlugin(new FakePlugin(registry => registry.Add<IImageSource, FakeOptions>(
            "store", (context, _, _) => ValueTask.FromResult<IImageSource>(new NamedSource(context.InstanceName, sources.First(source => source.Name == context.InstanceName).Serves)))));
        foreach (var (name, _) in sources) builder.AddInstance<FakeOptions>("store", name);
    };

    /// <summary>Has at every location bytes that are its name's.</summary>
    private sealed class NamedSource(string name, string[] serves) : IImageSource
    {
        private readonly byte[] _bytes = BytesOf(name);

        public IReadOnlyList<string> Serves => serves;

        public static byte[] BytesOf(string name) => TestImages.Raw(200_000, seed: name.Sum(letter => letter));

        public T? GetCapability<T>() where T : class => this as T;

        public Task<ProviderHealth> CheckHealthAsync(CheckHealthRequest request, CancellationToken cancellationToken = default) => Task.FromResult(ProviderHealth.Healthy);

        public Task<ImageSourceInfo> ProbeAsync(ProbeImageRequest request, CancellationToken cancellationToken = default) =>
            Task.FromResult(new ImageSourceInfo { Location = request.Location, LengthBytes = _bytes.Length, SupportsRanges = true, Validator = name });

        public Task<Stream> OpenAsync(ImageRangeRequest request, CancellationToken cancellationToken = default) => Task.FromResult<Stream>(
            new MemoryStream(_bytes, (int)request.Offset, (int)(request.LengthBytes ?? _bytes.Length - request.Offset), writable: false));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
