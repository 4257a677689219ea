using LimiQuantix.Core.Operations;
using LimiQuantix.Core.State;

namespace LimiQuantix.Core.Admissions;

/// <summary>Stands before every stored intent: asks the host's admission, and reserves what the intent adds within the quota that it answers.</summary>
internal sealed class Admission(Reservations reservations, IAdmission? host = null)
{
    /// <summary>Gives what is to be stored with the intent.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotAdmitted"/>, <see cref="ErrorCodes.QuotaExceeded"/>.</exception>
    public async Task<IReadOnlyList<StateWrite>> AdmitAsync(OperationRequest request, OperationIntent intent, CancellationToken cancellationToken)
    {
        var project = request.Caller.Project;
        if (host is null && intent.Reserves is null) return [];
        var usage = await reservations.ReadAsync(project, cancellationToken).ConfigureAwait(false);
        // What there is already has reserved what it takes, and asks for the difference.
        var taken = intent.Reserves is null ? null : await reservations.FindAsync(intent.ResourceId, cancellationToken).ConfigureAwait(false);
        var adds = intent.Reserves is not { } reserves ? new() : taken is null ? reserves : Quotas.Difference(reserves, taken);
        var quota = host is null ? null : await AskAsync(
            new AdmissionRequest
            {
                Caller = request.Caller,
                Action = request.Kind,
                Resource = new ResourceTarget { Kind = request.Kind.Split('.')[0], Id = request.Target, Name = intent.Name, Project = project },
                Request = request.Request,
                Adds = adds,
                Reserved = usage?.Value.Amounts ?? new(),
            },
            cancellationToken).ConfigureAwait(false);
        if (intent.Reserves is null) return [];
        return taken is null
            ? [Reservations.Take(usage, project, intent.ResourceId, intent.Reserves, quota)]
            : await reservations.ChangeAsync(intent.ResourceId, intent.Reserves, cancellationToken, quota).ConfigureAwait(false);
    }

    /// <summary>Asks about what takes nothing: a change of a resource's marks.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotAdmitted"/>.</exception>
    public async Task AdmitAsync(Caller caller, string action, ResourceTarget target, object request, CancellationToken cancellationToken)
    {
        if (host is null) return;
        var usage = await reservations.ReadAsync(caller.Project, cancellationToken).ConfigureAwait(false);
        var question = new AdmissionRequest { Caller = caller, Action = action, Resource = target, Request = request, Reserved = usage?.Value.Amounts ?? new() };
        await AskAsync(question, cancellationToken).ConfigureAwait(false);
    }

    private async Task<ResourceQuota?> AskAsync(AdmissionRequest question, CancellationToken cancellationToken)
    {
        var answer = await host!.AdmitAsync(question, cancellationToken).ConfigureAwait(false);
        if (answer.IsAdmitted) return answer.Quota;
        throw new LimiQuantixException(new LimiQuantixError
        {
            Code = ErrorCodes.NotAdmitted,
            Message = answer.Problems is [] ? $"'{question.Action}' is not admitted." : string.Join(" ", answer.Problems.Select(problem => problem.Message)),
            Remedy = answer.Problems is [{ Remedy: { } remedy }] ? remedy : "Ask the host what it admits.",
            Target = question.Resource.Id?.ToString() ?? question.Resource.Name,
            Problems = answer.Problems,
        });
    }
}
