using LimiQuantix.Core.Machines.Reconciliation;
using Microsoft.Extensions.Time.Testing;

namespace LimiQuantix.Core.Tests.Machines;

public sealed class RestartBackoffTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly Guid _machine = Guid.CreateVersion7();

    [Test]
    public void Pause_grows_with_every_start_up_to_its_limit()
    {
        var backoff = new RestartBackoff(_clock);
        Assert.That(backoff.PauseBefore(_machine), Is.EqualTo(TimeSpan.Zero));
        var pauses = new List<double>();
        for (var start = 0; start < 12; start++)
        {
            backoff.Tried(_machine);
            pauses.Add(backoff.PauseBefore(_machine).TotalSeconds);
        }

        Assert.That(pauses, Is.EqualTo(new double[] { 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300 }));
    }

    [Test]
    public void Machine_that_ran_long_enough_starts_at_once_and_is_forgotten()
    {
        var backoff = new RestartBackoff(_clock);
        backoff.Tried(_machine);
        _clock.Advance(RestartBackoff.Memory);
        Assert.That(backoff.PauseBefore(_machine), Is.GreaterThan(TimeSpan.Zero));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(backoff.PauseBefore(Guid.CreateVersion7()), Is.EqualTo(TimeSpan.Zero));
        Assert.That(backoff.Count, Is.Zero);
        Assert.That(backoff.PauseBefore(_machine), Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void Machine_that_is_gone_is_forgotten_and_no_other()
    {
        var backoff = new RestartBackoff(_clock);
        backoff.Tried(_machine);
        backoff.Tried(Guid.CreateVersion7());
        backoff.Forget(_machine);
        Assert.That(backoff.Count, Is.EqualTo(1));
        Assert.That(backoff.PauseBefore(_machine), Is.EqualTo(TimeSpan.Zero));
    }
}
