using System.Buffers;
using System.Buffers.Binary;
using LimiQuantix.Conformance;
using LimiQuantix.Consoles;
using LimiQuantix.Plugins;
using LimiQuantix.Testing;

namespace LimiQuantix.Console.Vnc.Tests.Integration;

/// <summary>The suite against a real QEMU.</summary>
[TestFixture(false)]
[TestFixture(true)]
[Category("Integration")]
public sealed class VncConsoleSuite(bool isRemote) : ConsoleSuite(isRemote)
{
    /// <summary>What a viewer hears of the provider before the console: version, security type None, its result.</summary>
    private const int GreetingBytes = 18;

    private QemuConsole _qemu = null!;

    /// <summary>A viewer's version, security type None, and ClientInit (RFC 6143, 7.1 to 7.3).</summary>
    protected override ReadOnlyMemory<byte> Hello { get; } = (byte[])[.. "RFB 003.008\n"u8, 1, 1];

    /// <summary>KeyEvent: the letter a goes down.</summary>
    protected override ReadOnlyMemory<byte> KeyPress { get; } = (byte[])[4, 1, 0, 0, 0, 0, 0, (byte)'a'];

    /// <summary>FramebufferUpdateRequest of 16 by 16 pixels.</summary>
    protected override ReadOnlyMemory<byte> Question { get; } = (byte[])[3, 0, 0, 0, 0, 0, 0, 16, 0, 16];

    [OneTimeSetUp]
    public async Task StartAsync() => _qemu = await QemuConsole.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_qemu is not null) await _qemu.DisposeAsync();
    }

    /// <summary>ServerInit with the whole name.</summary>
    protected override bool IsAnswer(ReadOnlySequence<byte> bytes)
    {
        var all = bytes.ToArray().AsSpan();
        return all.Length >= GreetingBytes + 24
            && all.Length >= GreetingBytes + 24 + BinaryPrimitives.ReadInt32BigEndian(all[(GreetingBytes + 20)..]);
    }

    protected override ValueTask<IConsoleProvider> OpenAsync(ProviderContext context) => new(VncConsoleProvider.Open(context, new VncConsoleOptions()));

    protected override Task<Stream> ConnectAsync() => _qemu.OpenVncAsync();
}
