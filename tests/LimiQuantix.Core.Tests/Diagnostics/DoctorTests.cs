using LimiQuantix.Core.Diagnostics;
using LimiQuantix.Diagnostics;

namespace LimiQuantix.Core.Tests.Diagnostics;

public sealed class DoctorTests
{
    private static readonly Prerequisite QemuImg = new() { Name = "qemu-img", Status = PrerequisiteStatus.Missing, Remedy = "sudo apt-get install qemu-utils" };

    [Test]
    public async Task Doctor_tells_what_the_instances_need_after_what_the_engine_needs()
    {
        await using DiagnosticsFixture fixture = new(() => DiagnosticsFixture.Source(Reports(QemuImg)), () => DiagnosticsFixture.Source());

        IReadOnlyList<Prerequisite> found = await Doctor(fixture).CheckAsync();

        Assert.That(found.Select(p => p.Name), Is.EqualTo(new[] { ".NET runtime", "data folder", "free space", "runtime folder", "plugin 'LimiQuantix.Core.Tests'", "qemu-img" }));
        Assert.That(found.Take(2).Select(p => p.Status), Is.All.EqualTo(PrerequisiteStatus.Found));
    }

    [Test]
    public async Task Refused_plugin_is_told_with_its_reason()
    {
        await using DiagnosticsFixture fixture = new();

        Prerequisite plugin = (await Doctor(fixture).CheckAsync()).Single(p => p.Name.StartsWith("plugin ", StringComparison.Ordinal));

        Assert.That((plugin.Status, plugin.IsOptional), Is.EqualTo((PrerequisiteStatus.Unusable, true)));
        Assert.That(plugin.Detail, Does.Contain("made for another host"));
    }

    [Test]
    public async Task Same_need_of_two_instances_is_told_once()
    {
        await using DiagnosticsFixture fixture = new(
            () => DiagnosticsFixture.Source(Reports(QemuImg)), () => DiagnosticsFixture.Source(Reports(QemuImg with { })));

        Assert.That((await Doctor(fixture).CheckAsync()).Count(p => p.Name == "qemu-img"), Is.EqualTo(1));
    }

    [Test]
    public async Task Instance_that_cannot_be_opened_hides_no_other()
    {
        await using DiagnosticsFixture fixture = new(
            () => throw new LimiQuantixException(ErrorCodes.Unavailable, "No daemon.", "systemctl start it"),
            () => throw new InvalidOperationException("broken plugin"),
            () => DiagnosticsFixture.Source(Reports(QemuImg)));

        IReadOnlyList<Prerequisite> found = await Doctor(fixture).CheckAsync();

        Prerequisite first = found.Single(p => p.Name.Contains("'i0'", StringComparison.Ordinal));
        Assert.That((first.Status, first.Detail, first.Remedy), Is.EqualTo((PrerequisiteStatus.Unusable, "No daemon.", "systemctl start it")));
        Assert.That(found.Single(p => p.Name.Contains("'i1'", StringComparison.Ordinal)).Detail, Does.Contain("broken plugin"));
        Assert.That(found, Does.Contain(QemuImg));
    }

    [Test]
    public async Task Instance_that_never_answers_is_told_when_its_time_is_up()
    {
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        // Ignores its token, as bad code does.
        FakePrerequisites deaf = new(async _ =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, CancellationToken.None);
            return [];
        });
        TaskCompletionSource otherAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        FakePrerequisites prompt = new(_ =>
        {
            otherAsked.SetResult();
            return Task.FromResult<IReadOnlyList<Prerequisite>>([QemuImg]);
        });
        await using DiagnosticsFixture fixture = new(() => DiagnosticsFixture.Source(deaf), () => DiagnosticsFixture.Source(prompt));

        Task<IReadOnlyList<Prerequisite>> checking = Doctor(fixture).CheckAsync();
        await Task.WhenAll(asked.Task, otherAsked.Task);
        // The doctor's own limit, and the longer one of the instance's calls.
        await fixture.Clock.WaitForTimersAsync(2);
        fixture.Clock.Advance(Core.Diagnostics.Doctor.Limit);
        IReadOnlyList<Prerequisite> found = await checking;

        Assert.That(found.Single(p => p.Name.Contains("'i0'", StringComparison.Ordinal)).Detail, Does.Contain("60 seconds"));
        Assert.That(found, Does.Contain(QemuImg));
    }

    [Test]
    public async Task Cancelled_check_ends_with_the_callers_cancellation()
    {
        using CancellationTokenSource cancellation = new();
        FakePrerequisites cancels = new(async token =>
        {
            await cancellation.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
            return [];
        });
        await using DiagnosticsFixture fixture = new(() => DiagnosticsFixture.Source(cancels));

        Assert.That(async () => await Doctor(fixture).CheckAsync(cancellationToken: cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    private static FakePrerequisites Reports(params Prerequisite[] prerequisites) =>
        new(_ => Task.FromResult<IReadOnlyList<Prerequisite>>(prerequisites));

    private static Doctor Doctor(DiagnosticsFixture fixture) => new(
        fixture.Instances, fixture.Plugins, new EnginePrerequisites(fixture.Environment.DataDirectory, fixture.Environment.RuntimeDirectory), fixture.Environment);
}
