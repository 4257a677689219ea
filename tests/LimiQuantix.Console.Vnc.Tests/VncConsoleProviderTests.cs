using System.Buffers;
using System.Text;
using LimiQuantix.Conformance;
using LimiQuantix.Console.Vnc.Tests.Support;
using LimiQuantix.Consoles;
using LimiQuantix.Rfb.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace LimiQuantix.Console.Vnc.Tests;

internal sealed class VncConsoleProviderTests
{
    private static readonly byte[] Challenge = new byte[16];

    [Test]
    public async Task Viewer_is_greeted_by_a_server_without_password_and_then_hears_the_machine_s_own_bytes()
    {
        var script = new ServerScript().Text("RFB 003.003\n").UInt32(1);
        await using var stream = new ScriptedStream(script.Bytes);
        await using var provider = Providers.Open();

        await using var upstream = await provider.OpenAsync(stream, ConsoleAccess.Full);

        var heard = await ReadAsync(upstream, 18);
        Assert.That(heard, Is.EqualTo((byte[])[.. "RFB 003.008\n"u8, 1, 1, 0, 0, 0, 0]));
        Assert.That(upstream.InputFilter, Is.Not.Null);
        Assert.That(await upstream.ReceiveAsync(new byte[1]), Is.Zero, "the script ends here");
    }

    [Test]
    public async Task Bytes_written_reach_the_machine_s_server()
    {
        await using var stream = new ScriptedStream(new ServerScript().Text("RFB 003.008\n").Byte(1, 1).UInt32(0).Bytes);
        await using var provider = Providers.Open();
        await using var upstream = await provider.OpenAsync(stream, ConsoleAccess.Full);

        var passed = new ArrayBufferWriter<byte>();
        upstream.InputFilter!.Process(new ReadOnlySequence<byte>([.. "RFB 003.008\n"u8, 1, 1, 5, 0, 0, 1, 0, 2]), passed);
        await upstream.SendAsync(passed.WrittenMemory);

        Assert.That(stream.Sent, Is.EqualTo((byte[])[.. "RFB 003.008\n"u8, 1, 1, 5, 0, 0, 1, 0, 2]), "our own handshake, then ClientInit and the pointer");
    }

    [Test]
    public async Task Disposing_the_upstream_closes_the_stream()
    {
        await using var stream = new ScriptedStream(new ServerScript().Text("RFB 003.008\n").Byte(1, 1).UInt32(0).Bytes);
        await using var provider = Providers.Open();

        await (await provider.OpenAsync(stream, ConsoleAccess.ViewOnly)).DisposeAsync();

        Assert.That(stream.Disposed);
    }

    [Test]
    public async Task Server_s_password_comes_from_the_secret()
    {
        var script = new ServerScript().Text("RFB 003.008\n").Byte(1, 2).Byte(Challenge).UInt32(0);
        await using var stream = new ScriptedStream(script.Bytes);
        await using var provider = Providers.Open(new VncConsoleOptions { Password = new SecretReference { Name = "" } });

        await using var upstream = await provider.OpenAsync(stream, ConsoleAccess.Full);

        // DES of zeros under a key of zeros, twice.
        Assert.That(Convert.ToHexString(stream.Sent[13..]), Is.EqualTo("8CA64DE9C1B123A78CA64DE9C1B123A7"));
    }

    [TestCase("", Description = "hangs up instead of a result")]
    [TestCase("\0\0\0\u0001", Description = "hangs up instead of a reason")]
    [TestCase("\0\0\0\u0001\0\0\0\0", Description = "an empty reason")]
    [TestCase("\0\0\0\u0001\0\0\0\u0005wrong")]
    public async Task Refused_password_is_told_as_that_whether_or_not_a_reason_comes(string answer)
    {
        await using var provider = Providers.Open(new VncConsoleOptions { Password = new SecretReference { Name = "" } });
        await using var opened = new ScriptedStream(new ServerScript().Text("RFB 003.008\n").Byte(1, 2).Byte(Challenge).Text(answer).Bytes);
        await using var captured = new ScriptedStream(new ServerScript().Text("RFB 003.008\n").Byte(1, 2).Byte(Challenge).Text(answer).Bytes);

        var opening = await Assert.ThrowsAsync<LimiQuantixException>(() => provider.OpenAsync(opened, ConsoleAccess.Full));
        var capturing = await Assert.ThrowsAsync<LimiQuantixException>(() => provider.CaptureAsync(captured));

        foreach (var error in new[] { opening, capturing })
        {
            Assert.That((error?.Code, error?.IsTransient), Is.EqualTo((ErrorCodes.PermissionDenied, (bool?)false)));
            Assert.That(error?.Message, Does.Contain("password"));
            Assert.That(error?.Remedy, Does.Contain("Password"));
        }
    }

    [Test]
    public async Task Screenshot_of_a_screen_without_a_size_waits_for_one_and_says_so_when_none_comes()
    {
        var time = new FakeTimeProvider();
        await using var provider = Providers.Open(time: time);
        await using var late = new ScriptedStream(
            ServerScript.Connected(0, 0).Update(1).Rectangle(0, 0, 3, 2, Rfb.RfbEncoding.DesktopSize).Update(1).Solid(0, 0, 3, 2, 0x123456).Bytes);
        await using var never = new ScriptedStream(ServerScript.Connected(0, 0).Bytes, silentAtEnd: true);
        var capturing = provider.CaptureAsync(never);
        await never.Silence;

        var screenshot = await provider.CaptureAsync(late);
        time.Advance(TimeSpan.FromSeconds(31));
        var error = await Assert.ThrowsAsync<LimiQuantixException>(() => capturing);

        Assert.That((screenshot.Width, screenshot.Height), Is.EqualTo((3, 2)));
        Assert.That((error?.Code, error?.IsTransient), Is.EqualTo((ErrorCodes.Timeout, (bool?)true)));
    }

    [Test]
    public async Task Server_with_a_pixel_format_of_its_own_and_a_clipboard_beyond_the_limit_gives_its_picture()
    {
        var script = new ServerScript().Text("RFB 003.008\n").Byte(1, 1).UInt32(0).UInt16(3, 2)
            .Byte(24, 24, 0, 1).UInt16(255, 255, 255).Byte(16, 8, 0, 0, 0, 0).Counted("desk")
            .Byte(3, 0, 0, 0).Counted(new string('x', (1 << 20) + 1))
            .Update(1).Solid(0, 0, 3, 2, 0x123456);
        await using var stream = new ScriptedStream(script.Bytes);
        await using var provider = Providers.Open();

        var screenshot = await provider.CaptureAsync(stream);

        Assert.That(Rfb.PngReader.Read(screenshot.Png.Span).Pixels.ToArray(), Is.All.EqualTo(0xFF123456));
    }

    [Test]
    public async Task Screenshot_is_a_png_with_its_size_and_time()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero));
        await using var stream = new ScriptedStream(ServerScript.Connected(3, 2).Update(1).Solid(0, 0, 3, 2, 0x123456).Bytes);
        await using var provider = Providers.Open(time: time);

        var screenshot = await provider.GetCapability<IScreenshotCapture>()!.CaptureAsync(stream);

        Assert.That((screenshot.Width, screenshot.Height, screenshot.CapturedAt), Is.EqualTo((3, 2, time.GetUtcNow())));
        Assert.That(screenshot.Png[..8].ToArray(), Is.EqualTo(Convert.FromHexString("89504E470D0A1A0A")));
        Assert.That(stream.Disposed);
    }

    [TestCase("SSH-2.0-OpenSSH\r\n", ErrorCodes.Unavailable, false)]
    [TestCase("RFB 003.008\n\u0001\u0013", ErrorCodes.Unavailable, false)]
    [TestCase("RFB 003.008\n\u0001\u0002", ErrorCodes.PermissionDenied, false)]
    [TestCase("RFB 003.008\n\u0000\u0000\u0000\u0000\u0004busy", ErrorCodes.Unavailable, true)]
    [TestCase("RFB 003.008\n\u0001\u0001\u0000\u0000\u0000\u0000unasked", ErrorCodes.Unavailable, false)]
    [TestCase("", ErrorCodes.Unavailable, true)]
    public async Task Failed_handshake_is_an_error_with_a_remedy_and_the_stream_is_closed(string said, string code, bool transient)
    {
        await using var provider = Providers.Open();
        await using var opened = new ScriptedStream(Encoding.Latin1.GetBytes(said));

        var error = await Assert.ThrowsAsync<LimiQuantixException>(() => provider.OpenAsync(opened, ConsoleAccess.Full));

        Assert.That((error?.Code, error?.IsTransient), Is.EqualTo((code, (bool?)transient)));
        Assert.That(error?.Remedy, Is.Not.Empty);
        Assert.That(opened.Disposed);
    }

    [Test]
    public async Task Silent_server_times_out_and_a_screen_beyond_the_limit_is_refused()
    {
        var time = new FakeTimeProvider();
        await using var provider = Providers.Open(new VncConsoleOptions { MaximumScreenBytes = 1 << 20 }, time);
        await using var silent = new ScriptedStream(default, silentAtEnd: true);
        var opening = provider.OpenAsync(silent, ConsoleAccess.Full);
        time.Advance(TimeSpan.FromSeconds(11));
        await using var large = new ScriptedStream(ServerScript.Connected(1000, 1000).Bytes);

        var timeout = await Assert.ThrowsAsync<LimiQuantixException>(() => opening);
        var limit = await Assert.ThrowsAsync<LimiQuantixException>(() => provider.CaptureAsync(large));

        Assert.That((timeout?.Code, timeout?.IsTransient), Is.EqualTo((ErrorCodes.Timeout, (bool?)true)));
        Assert.That(limit?.Code, Is.EqualTo(ErrorCodes.Unavailable));
        Assert.That(limit?.Remedy, Does.Contain("MaximumScreenBytes"));
        Assert.That((silent.Disposed, large.Disposed), Is.EqualTo((true, true)));
    }

    [Test]
    public async Task Cancelling_closes_the_stream()
    {
        await using var provider = Providers.Open();
        await using var silent = new ScriptedStream(default, silentAtEnd: true);
        using var cancellation = new CancellationTokenSource();
        var opening = provider.OpenAsync(silent, ConsoleAccess.Full, cancellation.Token);

        await cancellation.CancelAsync();

        Assert.That(() => opening, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(silent.Disposed);
    }

    private static async Task<byte[]> ReadAsync(ConsoleUpstream upstream, int count)
    {
        var bytes = new byte[count];
        for (var received = 0; received < count;)
        {
            var more = await upstream.ReceiveAsync(bytes.AsMemory(received));
            if (more == 0) throw new EndOfStreamException();
            received += more;
        }

        return bytes;
    }
}
