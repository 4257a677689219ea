using LimiQuantix.Core.Tests.Machines.Support;
using LimiQuantix.Machines;
using LimiQuantix.Providers.Secrets;
using LimiQuantix.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LimiQuantix.Core.Tests.Walls;

/// <summary>Whose a secret is, is the engine's word: a tenant's reference reaches nobody else's secret.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
internal sealed class SecretOwnerTests
{
    private static readonly Caller Tenant = new() { Name = "tenant", Project = "tenant" };

    [Test]
    public async Task Tenants_reference_never_reaches_the_hosts_files_or_environment()
    {
        await using var folder = new TemporaryFolder();
        var file = await folder.WriteAsync("secret", "of the host"u8.ToArray());
        EnvironmentSecretResolver resolver = new();
        SecretReference ofFile = new() { Name = "file:" + file };
        var missing = await FailureAsync(resolver, ofFile with { Name = "file:/there/is/none", Owner = SecretOwner.OfProject("tenant") });

        Assert.That(await resolver.ResolveAsync(ofFile with { Owner = SecretOwner.Host }), Is.EqualTo("of the host"));
        Assert.That(await resolver.ResolveAsync(ofFile with { Owner = SecretOwner.OfInstance("s3") }), Is.EqualTo("of the host"));
        foreach (var reference in new[] { ofFile, new SecretReference { Name = "env:PATH" } })
        {
            var refused = await FailureAsync(resolver, reference with { Owner = SecretOwner.OfProject("tenant") });
            Assert.That(refused.Code, Is.EqualTo(ErrorCodes.NotFound));
            Assert.That(refused.Message.Replace(reference.Name, "", StringComparison.Ordinal), Is.EqualTo(missing.Message.Replace("file:/there/is/none", "", StringComparison.Ordinal)));
        }
    }

    [Test]
    public async Task Reference_without_an_owner_does_not_resolve()
    {
        Recorder recorder = new();
        OwnedSecretResolver resolver = new(recorder);

        foreach (var owner in new[] { null, new SecretOwner { Kind = SecretOwnerKind.Unknown, Name = "x" }, new SecretOwner { Kind = SecretOwnerKind.Project } })
            Assert.That((await FailureAsync(resolver, new SecretReference { Name = "env:PATH", Owner = owner })).Code, Is.EqualTo(ErrorCodes.NotFound));

        Assert.That(recorder.Asked, Is.Empty);
    }

    [Test]
    public async Task Owner_of_a_machines_secret_is_its_caller_whatever_the_caller_wrote()
    {
        Recorder recorder = new();
        await using var platform = await Platform.StartAsync(services => services.AddSingleton<ISecretResolver>(recorder));
        SecretReference forged = new() { Name = "vault:root", Owner = SecretOwner.Host };
        // Looks like the host, and is not.
        var lookAlike = Caller.Host with { Claims = Caller.Host.Claims };

        await platform.CreateAsync(WithPassword(platform.Spec("one"), new SecretReference { Name = "vault:root", Owner = SecretOwner.OfProject("another") }));
        await (await platform.LimiQuantix.For(lookAlike).Machines.CreateAsync(WithPassword(platform.Spec("two"), forged))).CompletedAsync();
        var read = (await platform.LimiQuantix.Machines.FindAsync("two"))!;

        Assert.That(recorder.Asked.Distinct().Select(asked => asked.Owner), Is.EqualTo(new[] { SecretOwner.Host, SecretOwner.OfProject("default") }));
        Assert.That(read.Spec.CloudInit.Password!.Owner, Is.EqualTo(SecretOwner.OfProject("default")));
    }

    [Test]
    public async Task Tenants_machine_with_a_secret_of_the_host_is_not_made()
    {
        // It allows everything, paths too.
        await using var platform = await Platform.StartAsync(services => services.AddSingleton<IAuthorizer>(new AskedAuthorizer()));
        var image = await platform.LimiQuantix.For(Tenant).Images.EnsureAsync(platform.DiskPath);
        var spec = WithPassword(platform.Spec() with { Disks = [DiskSpec.FromImage(image.Id, 1L << 30)] }, new SecretReference { Name = "env:PATH", Owner = SecretOwner.Host });

        var creation = await platform.LimiQuantix.For(Tenant).Machines.CreateAsync(spec);

        var failure = await Assert.ThrowsAsync<LimiQuantixException>(() => creation.CompletedAsync().WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.That(failure!.Code, Is.EqualTo(ErrorCodes.NotFound));
        Assert.That(failure.Message, Does.Contain("env:PATH"));
        Assert.That(platform.Hypervisor.Defined, Is.Empty);
    }

    [Test]
    public void Every_reference_in_an_instances_options_is_the_instances()
    {
        SecretReference key = new() { Name = "env:KEY", Owner = SecretOwner.Host };
        OptionsWithSecrets options = new() { Key = key, Inner = new() { Key = key } };
        options.ByHost["a"] = key;
        options.Several.Add(key);
        options.Inners.Add(new OptionsWithSecrets { Key = key });
        options.InnersByName["b"] = new OptionsWithSecrets { Key = key, Inner = options };

        InstanceSecrets.Own(options, "ceph");

        SecretReference?[] all = [options.Key, options.Inner.Key, options.ByHost["a"], options.Several[0], options.Inners[0].Key, options.InnersByName["b"].Key];
        Assert.That(all, Has.All.EqualTo(key with { Owner = SecretOwner.OfInstance("ceph") }));
    }

    /// <summary>What callers can pass, down to the last member: a new place for a secret must be one that the engine owns.</summary>
    [Test]
    public void Every_secret_that_a_caller_can_give_is_one_that_the_engine_says_the_owner_of()
    {
        HashSet<Type> seen = [];
        List<string> places = [];
        foreach (var parameter in HostMethod.All.SelectMany(method => method.Method.GetParameters())) Walk(parameter.ParameterType, seen, places);

        Assert.That(places, Is.EquivalentTo(new[] { $"{nameof(CloudInitSpec)}.{nameof(CloudInitSpec.Password)}" }));
    }

    private static void Walk(Type type, HashSet<Type> seen, List<string> places)
    {
        foreach (var argument in type.GenericTypeArguments) Walk(argument, seen, places);
        if (type.HasElementType) Walk(type.GetElementType()!, seen, places);
        if (type.Assembly != typeof(ILimiQuantix).Assembly || !seen.Add(type)) return;
        foreach (var derived in type.Assembly.GetTypes().Where(other => other.BaseType == type)) Walk(derived, seen, places);
        foreach (var property in type.GetProperties())
        {
            if (property.PropertyType == typeof(SecretReference)) places.Add($"{type.Name}.{property.Name}");
            else Walk(property.PropertyType, seen, places);
        }
    }

    private static MachineSpec WithPassword(MachineSpec spec, SecretReference password) => spec with { CloudInit = new CloudInitSpec { Password = password } };

    private static async Task<LimiQuantixException> FailureAsync(ISecretResolver resolver, SecretReference reference) =>
        (await Assert.ThrowsAsync<LimiQuantixException>(() => resolver.ResolveAsync(reference).AsTask()))!;

    private sealed class Recorder : ISecretResolver
    {
        public List<SecretReference> Asked { get; } = [];

        public ValueTask<string> ResolveAsync(SecretReference reference, CancellationToken cancellationToken = default)
        {
            lock (Asked) Asked.Add(reference);
            return ValueTask.FromResult("s3cret");
        }
    }

    private sealed class OptionsWithSecrets
    {
        public SecretReference? Key { get; set; }

        public OptionsWithSecrets? Inner { get; set; }

        public Dictionary<string, SecretReference> ByHost { get; } = [];

        public List<SecretReference> Several { get; } = [];

        public List<OptionsWithSecrets> Inners { get; } = [];

        public Dictionary<string, OptionsWithSecrets> InnersByName { get; } = [];

        public Uri Elsewhere { get; } = new("https://host/");
    }
}
