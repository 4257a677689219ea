using LimiQuantix.Providers.Instances;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LimiQuantix.Core.Diagnostics;

/// <summary>
/// The health of every instance as one answer: the worst of them. An instance that cannot be opened or does not answer in time is unhealthy.
/// </summary>
internal sealed class LimiQuantixHealthCheck(ProviderInstances instances, ProviderEnvironment environment) : IHealthCheck
{
    /// <summary>How long one instance may take.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        IReadOnlyList<ProviderInstanceInfo> all = instances.All();
        ProviderHealth[] health = await Task.WhenAll(all.Select(instance => AskAsync(instance, cancellationToken))).ConfigureAwait(false);

        List<string> complaints = [];
        Dictionary<string, object> data = new(StringComparer.Ordinal);
        HealthStatus worst = HealthStatus.Healthy;
        foreach ((ProviderInstanceInfo instance, ProviderHealth answer) in all.Zip(health))
        {
            HealthStatus status = Map(answer.Status, context.Registration.FailureStatus);
            string description = answer.Description ?? answer.Error?.Message ?? answer.Status.ToString();
            data[$"{instance.Contract.Name}/{instance.Name}"] = $"{answer.Status}: {description}";
            if (answer.Status != ProviderHealthStatus.Healthy)
                complaints.Add($"{instance.Contract.Name} '{instance.Name}': {description}");
            worst = status < worst ? status : worst;
        }

        string? summary = complaints.Count == 0 ? null : string.Join(" ", complaints);
        return new HealthCheckResult(worst, summary, data: data);
    }

    /// <summary>What is not known may be worse than it looks, but is no failure.</summary>
    private static HealthStatus Map(ProviderHealthStatus status, HealthStatus failure) => status switch
    {
        ProviderHealthStatus.Healthy => HealthStatus.Healthy,
        ProviderHealthStatus.Unhealthy => failure,
        _ => HealthStatus.Degraded,
    };

    private async Task<ProviderHealth> AskAsync(ProviderInstanceInfo instance, CancellationToken cancellationToken)
    {
        try
        {
            return await BoundedCall.RunAsync(
                async token =>
                {
                    IProvider provider = await instances.GetAsync(instance, token).ConfigureAwait(false);
                    return await provider.CheckHealthAsync(new CheckHealthRequest(), token).ConfigureAwait(false);
                },
                Limit,
                environment.TimeProvider,
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return new ProviderHealth
            {
                Status = ProviderHealthStatus.Unhealthy,
                Description = e.Message,
                Error = (e as LimiQuantixException)?.Error,
            };
        }
    }
}
