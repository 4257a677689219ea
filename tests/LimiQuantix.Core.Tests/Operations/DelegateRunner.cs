using LimiQuantix.Core.Operations;

namespace LimiQuantix.Core.Tests.Operations;

/// <summary>A runner that does what a test says.</summary>
internal sealed class DelegateRunner(string kind, Func<OperationContext, CancellationToken, Task> run) : IOperationRunner
{
    public string Kind => kind;

    public Task RunAsync(OperationContext context, CancellationToken cancellationToken) => run(context, cancellationToken);
}
