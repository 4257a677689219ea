using System.Collections.Concurrent;
using System.Text;
using LimiQuantix.Core.Tests.Machines.Support;
using LimiQuantix.Machines;
using LimiQuantix.Providers.Instances;
using LimiQuantix.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Tests.Walls;

/// <summary>Where a guest's user-data is at rest, and where not.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
internal sealed class StateProtectionTests
{
    private const string Secret = "password-of-the-guest";

    [Test]
    public async Task User_data_is_in_no_record_of_an_operation_and_not_with_the_hypervisor()
    {
        await using var platform = await Platform.StartAsync();
        var machine = await platform.CreateAsync(WithSecret(platform.Spec()));
        var kept = platform.Hypervisor.Defined[machine.Id].Record;

        await (await platform.LimiQuantix.Machines.DeleteAsync(machine.Id)).CompletedAsync().WaitAsync(TimeSpan.FromSeconds(60));

        Assert.That(kept, Does.Not.Contain(Secret));
        Assert.That(await KeysWithAsync(platform), Is.Empty, "after its deletion nothing has it");
    }

    [Test]
    public async Task Protected_user_data_is_stored_encrypted_and_read_plain()
    {
        await using var platform = await Platform.StartAsync(services => services.AddSingleton<IStateProtection>(new Reversing()));
        var spec = WithSecret(platform.Spec());

        var machine = await platform.CreateAsync(spec);
        var found = await platform.LimiQuantix.Machines.FindAsync("web-1");
        var ensured = await platform.LimiQuantix.Machines.EnsureAsync(spec);

        Assert.That(await KeysWithAsync(platform), Is.Empty);
        Assert.That(found!.Spec.CloudInit.UserData, Is.EqualTo(spec.CloudInit.UserData));
        Assert.That(ensured.Id, Is.EqualTo(machine.Id));
    }

    [Test]
    public async Task User_data_is_in_no_line_of_the_log_no_text_of_a_record_and_no_error()
    {
        using AllLogged logged = new();
        await using var platform = await Platform.StartAsync(services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(logged)));
        var spec = WithSecret(platform.Spec());

        var machine = await platform.CreateAsync(spec);
        await (await platform.LimiQuantix.Machines.RestartAsync(machine.Id)).CompletedAsync().WaitAsync(TimeSpan.FromSeconds(60));
        platform.Hypervisor.Fail[nameof(IHypervisor.EnsureDefinedAsync)] = new LimiQuantixException(ErrorCodes.FailedPrecondition, "It does not.");
        var failing = await platform.LimiQuantix.Machines.CreateAsync(spec with { Name = "fails" });
        var failed = await Assert.ThrowsAsync<LimiQuantixException>(() => failing.CompletedAsync().WaitAsync(TimeSpan.FromSeconds(60)));
        var wrong = await Assert.ThrowsAsync<LimiQuantixException>(() => platform.LimiQuantix.Machines.CreateAsync(spec with
        {
            Name = "wrong", CloudInit = new CloudInitSpec { UserData = $"#cloud-config\npassword: [ {Secret}\n" },
        }));
        var differs = await Assert.ThrowsAsync<LimiQuantixException>(() => platform.LimiQuantix.Machines.EnsureAsync(spec with
        {
            CloudInit = new CloudInitSpec { UserData = $"#cloud-config\npassword: other-{Secret}\n" },
        }));
        var operations = (await platform.LimiQuantix.Operations.ListAsync()).Items;

        Assert.That(logged.Lines, Is.Not.Empty);
        Assert.That(logged.Lines.Where(line => line.Contains(Secret, StringComparison.Ordinal)), Is.Empty);
        Assert.That(new object[] { spec, machine, failed!, failed!.Error, wrong!, wrong!.Error, differs!, differs!.Error }.Concat(operations).Select(one => one.ToString()), Has.None.Contains(Secret));
    }

    private static MachineSpec WithSecret(MachineSpec spec) =>
        spec with { CloudInit = new CloudInitSpec { UserData = $"#cloud-config\npassword: {Secret}\n" } };

    // As the store itself has it, past every decorator.
    private static async Task<IReadOnlyList<string>> KeysWithAsync(Platform platform)
    {
        var store = await platform.Services.GetRequiredService<ProviderInstances>().GetAsync<IStateStore>(CoreKinds.StateInstance);
        var page = await store.ListAsync(new StateQuery { Prefix = "" });
        Assert.That(page.Continuation, Is.Null);
        return [.. page.Entries.Where(entry => Encoding.UTF8.GetString(entry.Value.Span).Contains(Secret, StringComparison.Ordinal)).Select(entry => entry.Key)];
    }

    private sealed class Reversing : IStateProtection
    {
        public ValueTask<ReadOnlyMemory<byte>> ProtectAsync(ReadOnlyMemory<byte> plain, CancellationToken cancellationToken = default) => Turn(plain);

        public ValueTask<ReadOnlyMemory<byte>> UnprotectAsync(ReadOnlyMemory<byte> kept, CancellationToken cancellationToken = default) => Turn(kept);

        private static ValueTask<ReadOnlyMemory<byte>> Turn(ReadOnlyMemory<byte> bytes) => ValueTask.FromResult<ReadOnlyMemory<byte>>(bytes.ToArray().Reverse().ToArray());
    }

    private sealed class AllLogged : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception) + exception);

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public void Dispose()
        {
        }
    }
}
