using LimiQuantix.Core.Operations;

namespace LimiQuantix.Core.Tests.Lifecycle;

/// <summary>Does something at one moment of one step of one kind, once, and remembers which steps it saw.</summary>
internal sealed class StepGate : IOperationObserver
{
    private readonly Lock _lock = new();
    private readonly HashSet<(string Kind, string Step)> _seen = [];
    private (string Kind, string Step, StepMoment Moment, Func<OperationContext, Task> Act)? _armed;

    /// <summary>The steps that were begun.</summary>
    public IReadOnlyCollection<(string Kind, string Step)> Seen
    {
        get
        {
            lock (_lock) return [.. _seen];
        }
    }

    /// <summary>Says what to do, and when.</summary>
    public void Arm(string kind, string step, StepMoment moment, Func<OperationContext, Task> act)
    {
        lock (_lock) _armed = (kind, step, moment, act);
    }

    public Task OnStepAsync(OperationContext context, string step, StepMoment moment)
    {
        Func<OperationContext, Task>? act = null;
        lock (_lock)
        {
            if (moment == StepMoment.Begin) _seen.Add((context.Operation.Kind, step));
            if (_armed is { } armed && (armed.Kind, armed.Step, armed.Moment) == (context.Operation.Kind, step, moment))
            {
                act = armed.Act;
                _armed = null;
            }
        }

        return act is null ? Task.CompletedTask : act(context);
    }
}
