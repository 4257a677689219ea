using System.Reflection;
using LimiQuantix.Images;
using LimiQuantix.Providers.Guards;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Providers.Loading;
using LimiQuantix.State;
using LimiQuantix.Testing;
using Microsoft.Extensions.Time.Testing;

namespace LimiQuantix.Core.Tests.Plugins.Guards;

/// <summary>
/// Every member of every contract that a plugin implements, with everything that a bad plugin does in it. The rows come from the contract
/// itself: a member that is added has its rows at once, and fails them until it is guarded.
/// </summary>
public sealed class GuardMatrixTests
{
    /// <summary>What a plugin implements and the engine calls, apart from the contracts of providers.</summary>
    private static readonly Type[] NotCalledThroughInstances =
    [
        // Called at the host's start, by PluginStart.
        typeof(LimiQuantix.Plugins.IPlugin),
        // Given out by a provider, and guarded with the member that gives it: see the tests of streams and writers.
        typeof(LimiQuantix.Consoles.IConsoleInputFilter),
        typeof(IProvider),
    ];

    /// <summary>What the host calls or implements itself, or the engine gives to plugins.</summary>
    private static readonly string[] NotThePlugins =
    [
        "IAdmission", "IAuthorizer", "IConsoles", "IDoctor", "IGuests", "IImages", "IInstances", "ILimiQuantix", "ILimiQuantixBuilder", "ILimiQuantixEngine", "IMachines", "INetworks", "INodes", "IOperations",
        "IPluginRegistry", "IPlugins", "IPools", "IResource", "IResources`3", "ISecretResolver", "IStateProtection", "IVolumes",
    ];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void Every_interface_of_the_contract_that_plugins_implement_has_a_guard()
    {
        var known = GuardedContracts.Contracts.Concat(GuardedCapabilities.Contracts).Concat(NotCalledThroughInstances).ToHashSet();
        var forgotten = typeof(IProvider).Assembly.GetExportedTypes()
            .Where(type => type.IsInterface && !known.Contains(type) && !NotThePlugins.Contains(type.Name));

        Assert.That(forgotten, Is.Empty, "add it to GuardedContracts or GuardedCapabilities, or to a list here");
    }

    [TestCaseSource(nameof(Rows))]
    public async Task Bad_member_is_an_error_that_names_plugin_instance_and_member(Type contract, MethodInfo member, Misbehaviour how)
    {
        using MisbehavingPlugin plugin = new(HostOf(contract), member, how);
        FakeTimeProvider clock = new();
        await using var instances = Open(plugin, clock);

        var call = CallAsync(instances, contract, member, CancellationToken.None);
        await EndAsync(call, plugin, how, clock);

        if (how == Misbehaviour.AnswersNull && MayBeNull(member))
        {
            Assert.That(await call, Is.Null);
            return;
        }

        var error = await Assert.ThrowsAsync<LimiQuantixException>(() => call);
        Assert.That(error!.Code, Is.EqualTo(
            how is Misbehaviour.ThrowsForeign or Misbehaviour.GivesNullForTask or Misbehaviour.AnswersNull ? ErrorCodes.PluginFailed : ErrorCodes.Timeout));
        Assert.That(error.Message, Does.Contain("'one'").And.Contain("'LimiQuantix.Core.Tests'").And.Contain(member.Name.Replace("get_", "", StringComparison.Ordinal)));
        if (error.Code == ErrorCodes.Timeout) Assert.That(error.Message, Does.Match(@"in \d+ s"));
        plugin.Release();
    }

    [TestCaseSource(nameof(HangingRows))]
    public async Task Cancelled_caller_returns_whatever_the_member_does(Type contract, MethodInfo member, Misbehaviour how)
    {
        using MisbehavingPlugin plugin = new(HostOf(contract), member, how);
        FakeTimeProvider clock = new();
        await using var instances = Open(plugin, clock);
        using CancellationTokenSource cancellation = new();

        var call = CallAsync(instances, contract, member, cancellation.Token);
        await plugin.Entered.WaitAsync(Patience);
        await cancellation.CancelAsync();
        await EndAsync(call, plugin, how, clock);

        Assert.That(async () => await call, Throws.InstanceOf<OperationCanceledException>());
        plugin.Release();
    }

    internal static IEnumerable<TestCaseData> Rows() => All().Where(row => !IsLegitimate(row.Contract, row.Member, row.How)).Select(Name);

    // A property has no token; the opening asks it.
    internal static IEnumerable<TestCaseData> HangingRows() => All()
        .Where(row => row.How >= Misbehaviour.HangsUntilCancelled && TokenOf(row.Member) >= 0)
        .Select(Name);

    private static IEnumerable<(Type Contract, MethodInfo Member, Misbehaviour How)> All() =>
        from contract in GuardedContracts.Contracts.Concat(GuardedCapabilities.Contracts).Append(typeof(IProvider))
        from member in MembersOf(contract)
        from how in Enum.GetValues<Misbehaviour>()
        where Fits(member, how)
        select (contract, member, how);

    private static TestCaseData Name((Type Contract, MethodInfo Member, Misbehaviour How) row) =>
        new TestCaseData(row.Contract, row.Member, row.How).SetArgDisplayNames(row.Contract.Name, row.Member.Name, row.How.ToString());

    private static IEnumerable<MethodInfo> MembersOf(Type contract) => 
        contract.GetMethods().Where(member => !member.IsStatic && !member.IsGenericMethod);

    private static Type HostOf(Type contract) => IsCapability(contract) || contract == typeof(IProvider) ? typeof(IImageSource) : contract;

    private static bool IsCapability(Type type) => !typeof(IProvider).IsAssignableFrom(type);

    private static bool Fits(MethodInfo member, Misbehaviour how)
    {
        var isSynchronous = !typeof(Task).IsAssignableFrom(member.ReturnType) && !IsEnumerable(member);
        return how switch
        {
            Misbehaviour.GivesNullForTask => !member.ReturnType.IsValueType,
            Misbehaviour.AnswersNull => member.ReturnType.IsGenericType && typeof(Task).IsAssignableFrom(member.ReturnType)
                && (!member.ReturnType.GetGenericArguments()[0].IsValueType || Nullable.GetUnderlyingType(member.ReturnType.GetGenericArguments()[0]) is not null)
                || IsEnumerable(member),
            Misbehaviour.HangsUntilCancelled or Misbehaviour.HangsForever => !isSynchronous,
            _ => true,
        };
    }

    // A store may have nothing to tell for as long as it likes, once it listens.
    private static bool IsLegitimate(Type contract, MethodInfo member, Misbehaviour how) =>
        contract == typeof(IStateStore) && member.Name == nameof(IStateStore.WatchAsync) && how is Misbehaviour.HangsForever or Misbehaviour.HangsUntilCancelled;

    private static bool IsEnumerable(MethodInfo member) =>
        member.ReturnType.IsGenericType && member.ReturnType.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>);

    private static bool MayBeNull(MethodInfo member) =>
        !IsEnumerable(member) && new NullabilityInfoContext().Create(member.ReturnParameter) is { GenericTypeArguments: [{ ReadState: NullabilityState.Nullable }] };

    private static int TokenOf(MethodInfo member) => Array.FindIndex(member.GetParameters(), parameter => parameter.ParameterType == typeof(CancellationToken));

    private ProviderInstances Open(MisbehavingPlugin plugin, TimeProvider clock)
    {
        LimiQuantixBuilder builder = new();
        builder.AddPlugin(plugin).AddInstance<FakeOptions>("bad", "one");
        return TestEnvironment.Open(builder, _folder.Path, clock);
    }

    private static async Task<object?> CallAsync(ProviderInstances instances, Type contract, MethodInfo member, CancellationToken cancellationToken)
    {
        await Task.Yield();
        // The opening is asked here: a property is read by it. Its own wait is not what is cancelled.
        object provider = await instances.GetAsync(instances.All()[0], CancellationToken.None);
        if (IsCapability(contract))
        {
            try
            {
                provider = provider.GetType().GetMethod(nameof(IProvider.GetCapability))!.MakeGenericMethod(contract).Invoke(provider, null)!;
            }
            catch (TargetInvocationException e)
            {
                throw e.InnerException!;
            }
        }

        object?[] args = [.. member.GetParameters().Select(p => p.ParameterType == typeof(CancellationToken) ? cancellationToken : MisbehavingPlugin.MakeArgument(p.ParameterType))];
        var answer = member.Invoke(provider, args);
        if (IsEnumerable(member))
        {
            return await (Task<object?>)typeof(GuardMatrixTests).GetMethod(nameof(FirstAsync), BindingFlags.Static | BindingFlags.NonPublic)!
                .MakeGenericMethod(member.ReturnType.GetGenericArguments()[0]).Invoke(null, [answer])!;
        }

        if (answer is not Task task) return answer;
        await task;
        return member.ReturnType.IsGenericType ? task.GetType().GetProperty("Result")!.GetValue(task) : null;
    }

    private static async Task<object?> FirstAsync<T>(IAsyncEnumerable<T> items)
    {
        await foreach (var item in items) return item;
        return null;
    }

    /// <summary>Waits for the call's end; when the plugin sits in the bad member, time passes.</summary>
    private static async Task EndAsync(Task call, MisbehavingPlugin plugin, Misbehaviour how, FakeTimeProvider clock)
    {
        using CancellationTokenSource patience = new(Patience);
        if (how < Misbehaviour.HangsUntilCancelled)
        {
            await call.WaitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        await plugin.Entered.WaitAsync(patience.Token);
        while (!call.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            await Task.Delay(1, patience.Token);
        }
    }
}
