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
        var quota = host is null ? null : await AskAsync(request, intent, usage?.Value.Amounts ?? new(), cancellationToken).ConfigureAwait(false);
        return intent.Reserves is { } adds ? [Reservations.Take(usage, project, intent.ResourceId, adds, quota)] : [];
    }

    private async Task<ResourceQuota?> AskAsync(
        OperationRequest request, OperationIntent intent, ResourceAmounts reserved, CancellationToken cancellationToken)
    {
        var question = new AdmissionRequest
        {
            Caller = request.Caller,
            Action = request.Kind,
            Resource = new ResourceTarget { Kind = request.Kind.Split('.')[0], Id = request.Target, Name = intent.Name, Project = request.Caller.Project },
            Request = request.Request,
            Adds = intent.Reserves ?? new(),
            Reserved = reserved,
        };
        var answer = await host!.AdmitAsync(question, cancellationToken).ConfigureAwait(false);
        if (answer.IsAdmitted) return answer.Quota;
        throw new LimiQuantixException(new LimiQuantixError
        {
            Code = ErrorCodes.NotAdmitted,
            Message = answer.Problems is [] ? $"'{request.Kind}' is not admitted." : string.Join(" ", answer.Problems.Select(problem => problem.Message)),
            Remedy = answer.Problems is [{ Remedy: { } remedy }] ? remedy : "Ask the host what it admits.",
            Target = request.Target?.ToString() ?? intent.Name,
            Problems = answer.Problems,
        });
    }
}
