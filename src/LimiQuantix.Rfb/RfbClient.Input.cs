using System.Runtime.CompilerServices;
using LimiQuantix.Rfb.Audio;
using LimiQuantix.Rfb.Live;
using LimiQuantix.Rfb.Messages;

namespace LimiQuantix.Rfb;

// What a client sends beside requests for pictures.
public sealed partial class RfbClient
{
    // From where a relative pointer's distances are counted (QEMU).
    private const int RelativeOrigin = 0x7FFF;

    /// <summary>Presses or releases a key.</summary>
    /// <param name="keysym">The key, as an X11 keysym: for Latin-1 characters their code, 0xFF0D for Return, and so on; see <see cref="Keysym"/>.</param>
    /// <param name="pressed">True to press, false to release.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="RfbException">The connection is over.</exception>
    public Task SendKeyAsync(uint keysym, bool pressed, CancellationToken cancellationToken = default) =>
        SendAsync(ClientMessages.KeyEvent(keysym, pressed), cancellationToken);

    /// <summary>
    /// Presses or releases a key by its place on the keyboard, so that the guest's own layout decides what it means (QEMU's extended key
    /// event). A server without it gets the keysym alone.
    /// </summary>
    /// <param name="keysym">The key's X11 keysym on this side's layout; 0 when unknown, for servers that take scan codes.</param>
    /// <param name="scanCode">The scan code of PC keyboards' set 1, with 0x80 added for keys that send E0 before it.</param>
    /// <param name="pressed">True to press, false to release.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="RfbException">The connection is over.</exception>
    public async Task SendScanCodeAsync(uint keysym, byte scanCode, bool pressed, CancellationToken cancellationToken = default)
    {
        await LearnAsync(cancellationToken).ConfigureAwait(false);
        await SendAsync(
            Desktop.SupportsScanCodes ? ClientMessages.ScanCodeEvent(keysym, scanCode, pressed) : ClientMessages.KeyEvent(keysym, pressed),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Moves the pointer and sets its buttons.</summary>
    /// <param name="buttons">One bit a button: 1 left, 2 middle, 4 right, 8 wheel up, 16 wheel down.</param>
    /// <param name="x">Pixels from the left, from 0 to 65535.</param>
    /// <param name="y">Pixels from the top, from 0 to 65535.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="RfbException">The connection is over.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A coordinate is negative or too large.</exception>
    public Task SendPointerAsync(byte buttons, int x, int y, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(x, (ushort)x);
        ArgumentOutOfRangeException.ThrowIfNotEqual(y, (ushort)y);
        return SendAsync(ClientMessages.PointerEvent(buttons, x, y), cancellationToken);
    }

    /// <summary>Moves a relative pointer (<see cref="IsPointerAbsolute"/> is false) by a distance and sets its buttons.</summary>
    /// <param name="buttons">One bit a button, as in <see cref="SendPointerAsync"/>.</param>
    /// <param name="right">Pixels to the right, from -32767 to 32768.</param>
    /// <param name="down">Pixels down, from -32767 to 32768.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="RfbException">The connection is over.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A distance is too large.</exception>
    public Task SendPointerMoveAsync(byte buttons, int right, int down, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(right, (ushort)(right + RelativeOrigin) - RelativeOrigin);
        ArgumentOutOfRangeException.ThrowIfNotEqual(down, (ushort)(down + RelativeOrigin) - RelativeOrigin);
        return SendAsync(ClientMessages.PointerEvent(buttons, right + RelativeOrigin, down + RelativeOrigin), cancellationToken);
    }

    /// <summary>
    /// Sets the server's clipboard. With a server that has the extended clipboard any text is offered, and given when the server asks for
    /// it, which it can only while a call reads the server (<see cref="WatchAsync"/>). Others take Latin-1; other characters become
    /// question marks.
    /// </summary>
    /// <param name="text">The text, with line feeds alone between lines.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="RfbException">The connection is over.</exception>
    /// <exception cref="ArgumentException">The text is longer than <see cref="RfbLimits.MaxTextBytes"/>.</exception>
    public async Task SendClipboardTextAsync(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > _options.Limits.MaxTextBytes)
            throw new ArgumentException($"The text has {text.Length} characters; at most {_options.Limits.MaxTextBytes} are sent.", nameof(text));
        if (Desktop.Clipboard is not null && text.Any(c => c > 0xFF))
            await LearnAsync(cancellationToken).ConfigureAwait(false);
        var message = Desktop.Clipboard is { IsSupported: true } clipboard ? clipboard.Offer(text) : ClientMessages.ClientCutText(text);
        await SendAsync(message, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks for another size of the desktop (SetDesktopSize), and waits for the answer.</summary>
    /// <param name="width">The width wished, in pixels.</param>
    /// <param name="height">The height wished, in pixels.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>
    /// True when the desktop has the size now. False when the server passed the wish on (to the guest of a virtual machine), which may
    /// grant it in its own time: a later change tells.
    /// </returns>
    /// <exception cref="RfbException">The server does not offer it (<see cref="RfbErrorCode.NotSupported"/>), or said no (<see cref="RfbErrorCode.Refused"/>).</exception>
    /// <exception cref="ArgumentOutOfRangeException">The size is beyond <see cref="RfbLimits"/>.</exception>
    public async Task<bool> ResizeAsync(int width, int height, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, _options.Limits.MaxWidth);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, _options.Limits.MaxHeight);
        await LearnAsync(cancellationToken).ConfigureAwait(false);
        if (!Desktop.SupportsResize)
            throw NotSupported("another size of the desktop");
        var answer = await Deadline.RunAsync(
            async ct =>
            {
                var heard = new Listener<object>(message => message.SizeAnswer);
                var id = Desktop.Screens is [var first, ..] ? first : default;
                var wish = ClientMessages.SetDesktopSize(width, height, [id with { Area = new RfbRectangle(0, 0, width, height) }]);
                return (int)await heard.AskAsync(Pump, () => WriteAsync(wish, ct), ct).ConfigureAwait(false);
            },
            _options.CaptureTimeout,
            _options.TimeProvider,
            "The answer to the wish for another size",
            cancellationToken).ConfigureAwait(false);
        return answer switch
        {
            0 => true,
            4 => false,
            1 => throw new RfbException(RfbErrorCode.Refused, "The server does not let clients change the size of its desktop."),
            2 => throw new RfbException(RfbErrorCode.Refused, $"The server lacks the means for a desktop of {width} by {height}."),
            _ => throw new RfbException(RfbErrorCode.Refused, $"The server cannot make a desktop of {width} by {height} (answer {answer})."),
        };
    }

    /// <summary>Asks the server to shut down, reboot or reset the machine (XVP). A failure is told by <see cref="RfbChange.PowerFailed"/>.</summary>
    /// <param name="action">What to do.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="RfbException">The connection is over, or the server does not offer it (<see cref="RfbErrorCode.NotSupported"/>).</exception>
    public async Task SendPowerAsync(RfbPowerAction action, CancellationToken cancellationToken = default)
    {
        if (!Enum.IsDefined(action))
            throw new ArgumentOutOfRangeException(nameof(action), action, "There is no such action.");
        await LearnAsync(cancellationToken).ConfigureAwait(false);
        if (!Desktop.SupportsPower)
            throw NotSupported("power actions (XVP)");
        await SendAsync(ClientMessages.Power(action), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Hears the machine (QEMU audio). Sound that is not taken within about half a second is dropped, the oldest first.</summary>
    /// <param name="format">What to ask for; null for 44,100 samples a second, stereo.</param>
    /// <param name="cancellationToken">Ends it; the connection goes on.</param>
    /// <returns>Pieces of sound as they come. It ends only by an error or by cancelling.</returns>
    /// <exception cref="RfbException">The connection is over, or the server does not offer it (<see cref="RfbErrorCode.NotSupported"/>).</exception>
    public async IAsyncEnumerable<RfbSound> ListenAsync(RfbAudioFormat? format = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        format ??= new RfbAudioFormat();
        format.Validate();
        await LearnAsync(cancellationToken).ConfigureAwait(false);
        if (!Desktop.SupportsAudio)
            throw NotSupported("sound");
        var listener = new AudioListener(format);
        Pump.Listen(listener);
        try
        {
            await WriteAsync(ClientMessages.SetAudioFormat(format), cancellationToken).ConfigureAwait(false);
            await WriteAsync(ClientMessages.EnableAudio(true), cancellationToken).ConfigureAwait(false);
            Pump.Run();
            await foreach (var sound in listener.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return sound;
        }
        finally
        {
            Pump.Leave(listener);
            if (Pump.Failure is null)
                await WriteAsync(ClientMessages.EnableAudio(false), CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static RfbException NotSupported(string what) => new(RfbErrorCode.NotSupported, $"The server does not offer {what}.");

    private Task SendAsync(byte[] message, CancellationToken ct) => WriteAsync(message, ct).AsTask();
}

/// <summary>What XVP can do with a machine.</summary>
public enum RfbPowerAction
{
    /// <summary>Asks the guest to shut down.</summary>
    ShutDown = 2,

    /// <summary>Asks the guest to reboot.</summary>
    Reboot = 3,

    /// <summary>Resets the machine at once.</summary>
    Reset = 4,
}
