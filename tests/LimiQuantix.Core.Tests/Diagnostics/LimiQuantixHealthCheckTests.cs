using LimiQuantix.Core.Diagnostics;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LimiQuantix.Core.Tests.Diagnostics;

public sealed class LimiQuantixHealthCheckTests
{
    [TestCase(ProviderHealthStatus.Healthy, HealthStatus.Healthy)]
    [TestCase(ProviderHealthStatus.Degraded, HealthStatus.Degraded)]
    [TestCase(ProviderHealthStatus.Unknown, HealthStatus.Degraded)]
    [TestCase(ProviderHealthStatus.Unhealthy, HealthStatus.Unhealthy)]
    public async Task Worst_instance_decides(ProviderHealthStatus worst, HealthStatus expected)
    {
        await using DiagnosticsFixture fixture = new(
            () => DiagnosticsFixture.Source(),
            () => DiagnosticsFixture.Source(health: new ProviderHealth { Status = worst, Description = "I say so." }));

        HealthCheckResult result = await CheckAsync(fixture);

        Assert.That(result.Status, Is.EqualTo(expected));
        Assert.That(result.Description, worst == ProviderHealthStatus.Healthy ? Is.Null : Does.Contain("'i1'").And.Contain("I say so."));
        Assert.That(result.Data.Keys, Is.EquivalentTo(new[] { "IImageSource/i0", "IImageSource/i1" }));
    }

    [Test]
    public async Task Failure_status_of_the_registration_is_respected()
    {
        await using DiagnosticsFixture fixture = new(() => throw new InvalidOperationException("gone"));

        HealthCheckResult result = await CheckAsync(fixture, HealthStatus.Degraded);

        Assert.That(result.Status, Is.EqualTo(HealthStatus.Degraded));
        Assert.That(result.Description, Does.Contain("gone"));
    }

    [Test]
    public async Task Instance_that_never_answers_is_unhealthy_when_its_time_is_up()
    {
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using ManualResetEventSlim never = new();
        await using DiagnosticsFixture fixture = new(() =>
        {
            asked.SetResult();
            never.Wait();
            return DiagnosticsFixture.Source();
        });

        Task<HealthCheckResult> checking = CheckAsync(fixture);
        await asked.Task;
        fixture.Clock.Advance(LimiQuantixHealthCheck.Limit);
        HealthCheckResult result = await checking;
        never.Set();

        Assert.That(result.Status, Is.EqualTo(HealthStatus.Unhealthy));
        Assert.That(result.Description, Does.Contain("10 seconds"));
    }

    [Test]
    public async Task Engine_without_instances_is_healthy()
    {
        await using DiagnosticsFixture fixture = new();

        Assert.That((await CheckAsync(fixture)).Status, Is.EqualTo(HealthStatus.Healthy));
    }

    private static Task<HealthCheckResult> CheckAsync(DiagnosticsFixture fixture, HealthStatus? failure = null)
    {
        LimiQuantixHealthCheck check = new(fixture.Instances, fixture.Environment);
        return check.CheckHealthAsync(new HealthCheckContext { Registration = new HealthCheckRegistration("limiquantix", check, failure, null) });
    }
}
