using LimiQuantix.Core.Operations;

namespace LimiQuantix.Core.Tests.Operations;

/// <summary>A kind of one step that does what a test says.</summary>
internal sealed class DelegateKind(
    string name, Func<OperationContext, CancellationToken, Task> run, Func<OperationContext, CancellationToken, Task>? undo = null) : IOperationKind
{
    public string Name => name;

    public IReadOnlyList<string> StepNames { get; } = ["run"];

    public Task<OperationPlan> PlanAsync(OperationContext context, CancellationToken cancellationToken) => Task.FromResult(new OperationPlan
    {
        Steps = [new() { Name = "run", Do = token => run(context, token), Undo = undo is null ? null : token => undo(context, token) }],
    });
}
