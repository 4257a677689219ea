using LimiQuantix.Core.Operations;
using LimiQuantix.Machines;

namespace LimiQuantix.Core.Tests.Walls;

/// <summary>
/// Every method of every host interface, found by reflection: what is refused, foreign or missing is answered before any provider is opened and
/// anything is written, and only the named resource's record is read for it.
/// </summary>
[TestFixture, NonParallelizable]
internal sealed class EveryMethodTests
{
    // Only hypervisors know what has no record.
    private static readonly string[] AsksForWhatIsMissing = ["Machines.AdoptAsync", "Machines.PurgeAsync"];

    private WalledHost _host = null!;

    private static IReadOnlyList<HostMethod> Methods => HostMethod.All;

    private static IEnumerable<HostMethod> OfOne => HostMethod.All.Where(method => !IsOfTheInstallation(method) && (IsById(method) || IsFind(method)));

    private static IEnumerable<HostMethod> Readers => HostMethod.All.Where(method =>
        method.Method.Name.StartsWith("Get", StringComparison.Ordinal) || method.Method.Name.StartsWith("List", StringComparison.Ordinal)
        || method.Method.Name.StartsWith("Read", StringComparison.Ordinal) || method.Method.Name.StartsWith("Check", StringComparison.Ordinal) || IsFind(method));

    [OneTimeSetUp]
    public async Task BeginAsync() => _host = await WalledHost.StartAsync();

    [OneTimeTearDown]
    public async Task EndAsync() => await _host.DisposeAsync();

    [SetUp]
    public void Forget()
    {
        _host.Authorizer.Refuses = false;
        _host.Forget();
    }

    [TestCaseSource(nameof(Methods))]
    public async Task Method_that_is_refused_does_nothing(object of)
    {
        var method = (HostMethod)of;
        _host.Authorizer.Refuses = true;

        var answer = await method.CallAsync(_host.For(WalledHost.Owner), _host.Arguments, Target(method));

        Assert.That(answer.Error?.Code, Is.EqualTo(ErrorCodes.PermissionDenied), answer.Json);
        AssertDidNothing(method, Target(method));
        Assert.That(_host.Authorizer.Asked, Has.Count.EqualTo(1));
        var asked = _host.Authorizer.Asked[0];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Actions.All, Does.Contain(asked.Action));
            Assert.That(asked.Caller, Is.EqualTo(WalledHost.Owner));
            if (IsById(method) && !IsOfTheInstallation(method)) Assert.That(asked.Resource?.Id, Is.EqualTo(Target(method).Id));
            if (asked.Resource is { Id: not null } resource && !IsOfTheInstallation(method)) Assert.That(resource.Project, Is.EqualTo(WalledHost.Owner.Project));
        }
    }

    [TestCaseSource(nameof(OfOne))]
    public async Task Method_answers_for_a_foreign_resource_as_for_a_missing_one_and_does_nothing(object of)
    {
        var method = (HostMethod)of;
        var there = Target(method);
        var missing = new WallTarget(Guid.CreateVersion7(), "there-is-none");

        var ofForeign = await method.CallAsync(_host.For(WalledHost.Foreigner), _host.Arguments, there);
        AssertDidNothing(method, there);
        _host.Forget();
        var isNotFound = ofForeign.Error?.Code == ErrorCodes.NotFound || (ofForeign.Error is null && (IsFind(method) || IsDelete(method)));
        Assert.That(isNotFound, ofForeign.Json);
        if (AsksForWhatIsMissing.Any(name => method.ToString().StartsWith(name, StringComparison.Ordinal))) return;

        var ofMissing = await method.CallAsync(_host.For(WalledHost.Foreigner), _host.Arguments, missing);
        AssertDidNothing(method, missing);

        Assert.That(ofForeign.Json, Is.EqualTo(ofMissing.Json.Replace(missing.Id.ToString(), there.Id.ToString(), StringComparison.Ordinal)));
    }

    [TestCaseSource(nameof(Readers))]
    public async Task Looking_and_listing_write_nothing(object of)
    {
        var method = (HostMethod)of;

        await method.CallAsync(_host.For(WalledHost.Owner), _host.Arguments, Target(method));
        await method.CallAsync(_host.For(WalledHost.Foreigner), _host.Arguments, Target(method));

        Assert.That(_host.Trace.Of("written"), Is.Empty);
    }

    [TestCase(nameof(IMachines.CreateAsync))]
    [TestCase(nameof(IMachines.EnsureAsync))]
    public async Task Machine_of_a_foreign_image_is_answered_as_one_of_a_missing_image(string name)
    {
        var method = HostMethod.All.Single(method => method.Noun.Name == nameof(ILimiQuantix.Machines) && method.Method.Name == name);
        var foreign = _host.TargetOf(nameof(ILimiQuantix.Images)).Id;
        var missing = Guid.CreateVersion7();

        var ofForeign = await method.CallAsync(_host.For(WalledHost.Foreigner), _host.Arguments, Target(method));
        var ofMissing = await method.CallAsync(_host.For(WalledHost.Foreigner), _host.Arguments.WithImage(missing), Target(method));

        Assert.That(ofForeign.Error?.Code, Is.EqualTo(ErrorCodes.NotFound), ofForeign.Json);
        Assert.That(ofForeign.Json, Is.EqualTo(ofMissing.Json.Replace(missing.ToString(), foreign.ToString(), StringComparison.Ordinal)));
        Assert.That(_host.Trace.Of("written"), Is.Empty);
        Assert.That(_host.Trace.Of("opened"), Is.Empty);
    }

    [Test]
    public void Every_noun_is_walked()
    {
        Assert.That(HostMethod.All.Select(method => method.Noun.Name).Distinct(), Is.EquivalentTo(typeof(ILimiQuantix).GetProperties().Select(noun => noun.Name)));
    }

    private static bool IsById(HostMethod method) =>
        method.TargetParameter?.ParameterType is { } type && (type == typeof(Guid) || type == typeof(ResourceReference));

    private static bool IsOfTheInstallation(HostMethod method) => method.Noun.Name is nameof(ILimiQuantix.Nodes) or nameof(ILimiQuantix.Pools);

    private static bool IsFind(HostMethod method) => method.Method.Name.StartsWith("Find", StringComparison.Ordinal);

    private static bool IsDelete(HostMethod method) => method.Method.Name is "DeleteAsync" or "PurgeAsync";

    private WallTarget Target(HostMethod method) =>
        method.TargetParameter is null ? new WallTarget(Guid.Empty, "") : _host.TargetOf(method.Noun.Name);

    private void AssertDidNothing(HostMethod method, WallTarget target)
    {
        var kind = method.Noun.Name is nameof(ILimiQuantix.Consoles) or nameof(ILimiQuantix.Guests) ? "machines" : method.Noun.Name.ToLowerInvariant();
        // Found by its name, the record is read by its id.
        string[] itsOwn = method.TargetParameter is null ? [] :
        [
            $"{kind}/{target.Id:D}", $"{kind}/{target.Name}", OperationKeys.Operation(target.Id),
            .. IsFind(method) ? new[] { $"names/{kind}/{WalledHost.Owner.Project}/{target.Name}", $"names/{kind}/{WalledHost.Foreigner.Project}/{target.Name}" } : [],
        ];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_host.Trace.Of("opened"), Is.Empty, $"{method} opened a provider");
            Assert.That(_host.Trace.Of("written"), Is.Empty, $"{method} wrote");
            Assert.That(_host.Trace.Of("read").Distinct(), Is.SubsetOf(itsOwn), $"{method} read what is not the resource's own");
        }
    }
}
