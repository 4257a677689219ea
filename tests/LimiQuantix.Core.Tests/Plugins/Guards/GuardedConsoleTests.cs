using LimiQuantix.Consoles;
using LimiQuantix.Providers.Loading;
using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.Plugins.Guards;

/// <summary>The bytes of an opened console: received in place, and never more than there is room for.</summary>
public sealed class GuardedConsoleTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public async Task Bytes_come_into_the_memory_that_the_caller_gave([Values] bool isLate)
    {
        var memory = new byte[8];
        await using var upstream = await OpenAsync(new Upstream(isLate) { Receives = buffer => (Seen = buffer).Length });

        Assert.That(await upstream.ReceiveAsync(memory.AsMemory(2, 4)), Is.EqualTo(4));

        Assert.That(Seen.Equals(memory.AsMemory(2, 4)), Is.True, "no other memory is between");
    }

    [Test]
    public async Task Count_that_the_buffer_has_no_room_for_is_the_plugins_failure([Values] bool isLate, [Values(-1, 5)] int count)
    {
        await using var upstream = await OpenAsync(new Upstream(isLate) { Receives = _ => count });

        var error = await Assert.ThrowsAsync<LimiQuantixException>(() => upstream.ReceiveAsync(new byte[4]).AsTask());

        Assert.That(error!.Code, Is.EqualTo(ErrorCodes.PluginFailed));
        Assert.That(error.Message, Does.Contain("'one'").And.Contain("ReceiveAsync").And.Contain($"{count} bytes"));
    }

    [Test]
    public async Task Foreign_exception_is_the_plugins_failure_and_a_broken_connection_is_none([Values] bool isLate)
    {
        await using var bad = await OpenAsync(new Upstream(isLate) { Receives = _ => throw new InvalidOperationException("made by a bad plugin") });
        await using var broken = await OpenAsync(new Upstream(isLate) { Receives = _ => throw new IOException("reset") });

        foreach (var call in new Func<Task>[] { () => bad.ReceiveAsync(new byte[1]).AsTask(), () => bad.SendAsync(new byte[1]).AsTask() })
        {
            var error = await Assert.ThrowsAsync<LimiQuantixException>(call);
            Assert.That((error!.Code, error.Message), Is.EqualTo((ErrorCodes.PluginFailed, error.Message)));
            Assert.That(error.Message, Does.Contain("'one'").And.Contain("made by a bad plugin"));
        }

        await Assert.ThrowsAsync<IOException>(() => broken.ReceiveAsync(new byte[1]).AsTask());
        await Assert.ThrowsAsync<IOException>(() => broken.SendAsync(new byte[1]).AsTask());
    }

    private Memory<byte> Seen { get; set; }

    private async Task<ConsoleUpstream> OpenAsync(Upstream upstream)
    {
        LimiQuantixBuilder builder = new();
        builder.AddPlugin(new FakePlugin(r => r.Add<IConsoleProvider, FakeOptions>("bad", (_, _, _) => ValueTask.FromResult<IConsoleProvider>(new Provider(upstream)))))
            .AddInstance<FakeOptions>("bad", "one");
        await using var instances = TestEnvironment.Open(builder, _folder.Path);
        var provider = await instances.GetAsync<IConsoleProvider>("one");
        return await provider.OpenAsync(new OpenConsoleRequest { Stream = Stream.Null, Access = ConsoleAccess.Full });
    }

    private sealed class Upstream(bool isLate) : ConsoleUpstream
    {
        public required Func<Memory<byte>, int> Receives { get; init; }

        public override IConsoleInputFilter? InputFilter => null;

        public override ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            isLate ? LateAsync(buffer) : ValueTask.FromResult(Receives(buffer));

        public override ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
        {
            if (isLate) return new ValueTask(LateAsync(Memory<byte>.Empty).AsTask());
            Receives(Memory<byte>.Empty);
            return ValueTask.CompletedTask;
        }

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private async ValueTask<int> LateAsync(Memory<byte> buffer)
        {
            await Task.Yield();
            return Receives(buffer);
        }
    }

    private sealed class Provider(Upstream upstream) : IConsoleProvider
    {
        public ConsoleKind Kind => ConsoleKind.Vnc;

        public Task<ConsoleUpstream> OpenAsync(OpenConsoleRequest request, CancellationToken cancellationToken = default) => Task.FromResult<ConsoleUpstream>(upstream);

        public T? GetCapability<T>() where T : class => null;

        public Task<ProviderHealth> CheckHealthAsync(CheckHealthRequest request, CancellationToken cancellationToken = default) => Task.FromResult(ProviderHealth.Healthy);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
