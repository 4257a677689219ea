using LimiQuantix.Conformance;
using LimiQuantix.Conformance.Fakes;
using LimiQuantix.Core.Operations;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Storage;
using LimiQuantix.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LimiQuantix.Core.Tests.Lifecycle;

/// <summary>The matrix itself: kinds that are wrong on purpose turn it red, each at the place where it is wrong.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
internal sealed class BrokenKindsTests
{
    private const string Step = "volume";

    [Test]
    public Task Kind_without_an_undo_is_seen() => MustBeSeenAsync(
        new MatrixCase("broken.no-undo", Step, MatrixMoment.End, MatrixFault.Failure),
        (kind, _) => new BrokenKind(kind, async (provider, operation, token) => await MakeAsync(provider, operation.ResourceId, token)));

    [Test]
    public Task Kind_that_undoes_when_it_loses_the_lease_is_seen() => MustBeSeenAsync(
        new MatrixCase("broken.undoes-on-lease-loss", Step, MatrixMoment.Middle, MatrixFault.LeaseLoss),
        (kind, world) => new BrokenKind(kind, async (provider, operation, token) =>
        {
            try
            {
                await MakeAsync(provider, operation.ResourceId, token);
                token.ThrowIfCancellationRequested();
            }
            catch (Exception)
            {
                // As the first machine runner did, when its successor has finished; past every guard: by hand.
                var store = provider.GetRequiredService<OperationStore>();
                await Eventually.TrueAsync(
                    async () => OperationStore.HasEnded((await store.FindAsync(operation.Id, CancellationToken.None))!.Value), "the successor finishes");
                world!.Storage().Remove(operation.ResourceId);
                throw;
            }
        }));

    [Test]
    public Task Kind_that_does_its_work_twice_is_seen() => MustBeSeenAsync(
        new MatrixCase("broken.twice", Step, MatrixMoment.End, MatrixFault.LeaseLoss),
        // A new id in every attempt instead of the one that was stored.
        (kind, _) => new BrokenKind(kind, async (provider, _, token) => await MakeAsync(provider, Guid.CreateVersion7(), token)));

    private static async Task MustBeSeenAsync(MatrixCase place, Func<string, FakeWorld?, BrokenKind> create)
    {
        FakeWorld? world = null;
        var scenario = new Scenario
        {
            Kind = place.Kind,
            Arrange = host =>
            {
                world = host.World;
                // The engine starts with the first look at it.
                _ = host.LimiQuantix;
                return Task.FromResult(Guid.CreateVersion7());
            },
            Submit = async (host, id) => (await host.Services.GetRequiredService<IOperationQueue>().SubmitAsync(
                new OperationRequest { Kind = place.Kind, Caller = Caller.Host, Target = id, Request = new { id } },
                _ => Task.FromResult(new OperationIntent { ResourceId = id }),
                CancellationToken.None)).Id,
            Members = new Dictionary<string, string> { [Step] = nameof(IStorageBackend.EnsureVolumeAsync) },
        };
        void Register(IServiceCollection services) => services.AddSingleton<IOperationKind>(provider =>
        {
            var kind = create(place.Kind, world);
            kind.Services = provider;
            return kind;
        });
        var matrix = new Matrix(scenario, Register);
        var (success, _) = await matrix.SucceedAsync();

        var thrown = await Assert.ThrowsAsync<MatrixViolation>(() => matrix.RunAsync(place, success));

        TestContext.Out.WriteLine(thrown!.Message);
    }

    private static async Task MakeAsync(IServiceProvider provider, Guid id, CancellationToken cancellationToken)
    {
        var pool = await provider.GetRequiredService<ProviderInstances>().GetAsync<IStorageBackend>("pool", cancellationToken);
        var installation = await provider.GetRequiredService<Installation>().GetIdAsync(cancellationToken);
        await pool.EnsureVolumeAsync(
            new VolumeDefinition { Ownership = new Ownership { InstallationId = installation, ResourceId = id }, SizeBytes = 1 << 20 }, cancellationToken);
    }

    private sealed class BrokenKind(string name, Func<IServiceProvider, LimiQuantix.Operations.Operation, CancellationToken, Task> run) : IOperationKind
    {
        public IServiceProvider Services { get; set; } = null!;

        public string Name => name;

        public IReadOnlyList<string> StepNames { get; } = [Step];

        public Task<OperationPlan> PlanAsync(OperationContext context, CancellationToken cancellationToken) => Task.FromResult(new OperationPlan
        {
            Steps = [new() { Name = Step, Do = token => run(Services, context.Operation, token) }],
        });
    }
}
