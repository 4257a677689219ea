using LimiQuantix.Rfb.Live;

namespace LimiQuantix.Rfb;

/// <summary>What a person would do at a screen: look until something shows, type, click. For scripts and tests.</summary>
public static class RfbAutomation
{
    private static readonly TimeSpan DefaultHold = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until the screen, or a part of it, does not change for a while.</summary>
    /// <param name="client">The client.</param>
    /// <param name="quiet">How long nothing must change. From 10 ms.</param>
    /// <param name="area">The part to look at; null for all. A blinking cursor elsewhere does not count then.</param>
    /// <param name="cancellationToken">Ends the wait. There is no other time-out.</param>
    /// <returns>The whole screen as it stands.</returns>
    /// <exception cref="RfbException">The connection is over.</exception>
    public static async Task<Framebuffer> WaitUntilStillAsync(
        this RfbClient client, TimeSpan quiet, RfbRectangle? area = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentOutOfRangeException.ThrowIfLessThan(quiet, TimeSpan.FromMilliseconds(10));
        var watcher = new ScreenWatcher(client, continuous: false);
        await using (watcher.ConfigureAwait(false))
        {
            await watcher.StartAsync(whole: false, cancellationToken).ConfigureAwait(false);
            var last = await client.CaptureAsync(cancellationToken).ConfigureAwait(false);
            var since = client.Time.GetTimestamp();
            while (quiet - client.Time.GetElapsedTime(since) is var left && left > TimeSpan.Zero)
            {
                if (await watcher.NextAsync(left, cancellationToken).ConfigureAwait(false) is null)
                    break;
                // A server may send again what is there already: only other pixels are a change.
                var now = await client.SnapshotAsync(null, cancellationToken).ConfigureAwait(false);
                var same = area is { } part ? Same(now.Crop(part), last.Crop(part)) : Same(now, last);
                last = now;
                if (!same)
                    since = client.Time.GetTimestamp();
            }
            return last;
        }
    }

    /// <summary>Waits until a picture shows on the screen.</summary>
    /// <param name="client">The client.</param>
    /// <param name="picture">What to look for: a part of a screen, for example cropped from a capture or read by <see cref="PngReader"/>.</param>
    /// <param name="match">Where to look and how alike it must be; null for anywhere and exactly.</param>
    /// <param name="cancellationToken">Ends the wait. There is no other time-out.</param>
    /// <returns>Where it shows, the highest and then leftmost place.</returns>
    /// <exception cref="RfbException">The connection is over.</exception>
    /// <exception cref="ArgumentException">The picture has no size, or <paramref name="match"/> is invalid.</exception>
    public static async Task<RfbRectangle> WaitForPictureAsync(
        this RfbClient client, Framebuffer picture, RfbMatch? match = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(picture);
        match = (match ?? new RfbMatch()).Validated();
        if (picture.Pixels.IsEmpty)
            throw new ArgumentException("A picture of no size is nowhere.", nameof(picture));
        var watcher = new ScreenWatcher(client, continuous: false);
        await using (watcher.ConfigureAwait(false))
        {
            await watcher.StartAsync(whole: false, cancellationToken).ConfigureAwait(false);
            var screen = await client.CaptureAsync(cancellationToken).ConfigureAwait(false);
            while (true)
            {
                if (match.Find(screen, picture) is { } place)
                    return place;
                await watcher.NextAsync(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false);
                screen = await client.SnapshotAsync(null, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Types a text as a person at a keyboard of that layout would. With a server that takes scan codes (QEMU) the guest must have the
    /// same layout; others are told the characters themselves.
    /// </summary>
    /// <param name="client">The client.</param>
    /// <param name="text">The text. A line feed is Return, a tabulator Tab.</param>
    /// <param name="layout">The guest's layout; null for <see cref="KeyboardLayout.UnitedStates"/>.</param>
    /// <param name="pace">How long each key is down, and up before the next; null for 20 ms.</param>
    /// <param name="cancellationToken">Ends the typing; a key that is down goes up.</param>
    /// <exception cref="RfbException">The connection is over.</exception>
    /// <exception cref="ArgumentException">The layout has no key for a character: nothing was typed.</exception>
    public static async Task TypeAsync(
        this RfbClient client, string text, KeyboardLayout? layout = null, TimeSpan? pace = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(text);
        layout ??= KeyboardLayout.UnitedStates;
        // All strokes before the first: half a command is worse than none.
        var strokes = text.ReplaceLineEndings("\n").EnumerateRunes().SelectMany(layout.Strokes).ToList();
        foreach (var stroke in strokes)
            await client.PressAsync(stroke.Keys, pace, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Presses keys one after the other and releases them in the reverse order: Ctrl+Alt+Delete, for example.</summary>
    /// <param name="client">The client.</param>
    /// <param name="keysyms">The keys, see <see cref="Keysym"/>.</param>
    /// <param name="hold">How long they are down together, and up before the call returns; null for 20 ms.</param>
    /// <param name="cancellationToken">Ends the wait; keys that are down go up.</param>
    /// <exception cref="RfbException">The connection is over.</exception>
    public static Task PressKeysAsync(this RfbClient client, IReadOnlyList<uint> keysyms, TimeSpan? hold = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(keysyms);
        return client.PressAsync([.. keysyms.Select(KeyboardLayout.UnitedStates.Key)], hold, cancellationToken);
    }

    /// <summary>Moves the pointer to a place and clicks.</summary>
    /// <param name="client">The client.</param>
    /// <param name="x">Pixels from the left.</param>
    /// <param name="y">Pixels from the top.</param>
    /// <param name="button">The button: 1 left, 2 middle, 3 right.</param>
    /// <param name="count">How often: 2 for a double click.</param>
    /// <param name="cancellationToken">Ends the wait; a button that is down goes up.</param>
    /// <exception cref="RfbException">The connection is over.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place, button or count.</exception>
    public static async Task ClickAsync(this RfbClient client, int x, int y, int button = 1, int count = 1, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentOutOfRangeException.ThrowIfNotEqual(Math.Clamp(button, 1, 8), button, nameof(button));
        ArgumentOutOfRangeException.ThrowIfNotEqual(Math.Clamp(count, 1, 10), count, nameof(count));
        await client.SendPointerAsync(0, x, y, cancellationToken).ConfigureAwait(false);
        for (; count > 0; count--)
        {
            await client.SendPointerAsync((byte)(1 << (button - 1)), x, y, cancellationToken).ConfigureAwait(false);
            try
            {
                await Task.Delay(DefaultHold, client.Time, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                await client.SendPointerAsync(0, x, y, CancellationToken.None).ConfigureAwait(false);
            }
            await Task.Delay(DefaultHold, client.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool Same(Framebuffer one, Framebuffer other) =>
        one.Width == other.Width && one.Height == other.Height && one.Pixels.Span.SequenceEqual(other.Pixels.Span);

    private static async Task PressAsync(this RfbClient client, IReadOnlyList<KeyboardKey> keys, TimeSpan? hold, CancellationToken ct)
    {
        var down = 0;
        try
        {
            for (; down < keys.Count; down++)
                await client.SendKeyAsync(keys[down], pressed: true, ct).ConfigureAwait(false);
            await Task.Delay(hold ?? DefaultHold, client.Time, ct).ConfigureAwait(false);
        }
        finally
        {
            // What is down must not stay so, whatever ended this.
            while (down-- > 0 && client.Pump.Failure is null)
                await client.SendKeyAsync(keys[down], pressed: false, CancellationToken.None).ConfigureAwait(false);
        }
        await Task.Delay(hold ?? DefaultHold, client.Time, ct).ConfigureAwait(false);
    }

    private static Task SendKeyAsync(this RfbClient client, KeyboardKey key, bool pressed, CancellationToken ct) =>
        key.ScanCode == 0 ? client.SendKeyAsync(key.Keysym, pressed, ct) : client.SendScanCodeAsync(key.Keysym, key.ScanCode, pressed, ct);
}
