using System.Text;
using LimiQuantix.Rfb.Tests.Support;

namespace LimiQuantix.Rfb.Tests.Automation;

internal sealed class RfbAutomationTests
{
    [Test]
    public async Task Picture_is_waited_for_until_it_shows()
    {
        await using var pair = await Pair.ConnectAsync(40, 30);
        var screen = new Framebuffer(40, 30);
        var wanted = new Framebuffer(3, 2);
        wanted.Fill(new RfbRectangle(0, 0, 2, 2), 0xFFAA5500);
        using var ending = new CancellationTokenSource();
        var serving = ServeAsync(pair.Server, screen, () => screen.Fill(new RfbRectangle(20, 10, 2, 2), 0xFFAA5500), ending.Token);

        var place = await pair.Client.WaitForPictureAsync(wanted);

        Assert.That(place, Is.EqualTo(new RfbRectangle(20, 10, 3, 2)));
        await pair.Client.DisposeAsync();
        await serving;
    }

    [Test]
    public void Match_takes_differences_as_far_as_it_is_told()
    {
        var screen = new Framebuffer(10, 10);
        var picture = new Framebuffer(4, 4);
        screen.Fill(new RfbRectangle(5, 5, 4, 4), 0xFF404040);
        picture.Fill(new RfbRectangle(0, 0, 4, 4), 0xFF424040);

        Assert.That(new RfbMatch().Find(screen, picture), Is.Null);
        Assert.That(new RfbMatch { Tolerance = 1 }.Find(screen, picture), Is.Null);
        Assert.That(new RfbMatch { Tolerance = 2 }.Find(screen, picture), Is.EqualTo(new RfbRectangle(5, 5, 4, 4)));
        Assert.That(new RfbMatch { Tolerance = 2, Area = new RfbRectangle(0, 0, 8, 8) }.Find(screen, picture), Is.Null);
        screen.Fill(new RfbRectangle(6, 6, 1, 1), 0xFFFFFFFF);
        Assert.That(new RfbMatch { Tolerance = 2 }.Find(screen, picture), Is.Null);
        Assert.That(new RfbMatch { Tolerance = 2, MaxDifferent = 0.07 }.Find(screen, picture), Is.EqualTo(new RfbRectangle(5, 5, 4, 4)));
        Assert.That(new RfbMatch().Find(picture, screen), Is.Null, "a picture larger than the screen");
        Assert.That(() => new RfbMatch { MaxDifferent = double.NaN }.Validated(), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public async Task Stillness_is_waited_for()
    {
        await using var pair = await Pair.ConnectAsync(40, 30);
        var screen = new Framebuffer(40, 30);
        var changes = 0;
        using var ending = new CancellationTokenSource();
        var serving = ServeAsync(pair.Server, screen, () => screen.Fill(new RfbRectangle(changes, 0, 1, 1), 0xFF000000 | (uint)++changes), ending.Token, most: 5);

        var picture = await pair.Client.WaitUntilStillAsync(TimeSpan.FromMilliseconds(700));

        Assert.That(changes, Is.EqualTo(5));
        Assert.That(picture.Pixels.ToArray(), Is.EqualTo(screen.Pixels.ToArray()));
        await pair.Client.DisposeAsync();
        await serving;
    }

    [Test]
    public async Task Text_is_typed_with_the_keys_of_the_layout()
    {
        await using var pair = await Pair.ConnectAsync(4, 4);
        using var ending = new CancellationTokenSource();
        var keys = new List<RfbKeyInput>();
        var serving = ServeAsync(pair.Server, new Framebuffer(4, 4), () => { }, ending.Token, most: 0, keys);

        await pair.Client.TypeAsync("aB\n", pace: TimeSpan.FromMilliseconds(1));
        await pair.Client.TypeAsync("@^", KeyboardLayout.German, TimeSpan.FromMilliseconds(1));
        await pair.Client.PressKeysAsync([Keysym.ControlLeft, Keysym.AltLeft, Keysym.Delete]);

        await pair.Client.DisposeAsync();
        await serving;
        var expected = "+a -a +Shift +B -B -Shift +Return -Return +AltGr +@ -@ -AltGr +^ -^ +Space -Space +Ctrl +Alt +Del -Del -Alt -Ctrl";
        Assert.That(string.Join(' ', keys.Select(Spelt)), Is.EqualTo(expected));
    }

    [Test]
    public async Task Click_moves_presses_and_releases()
    {
        await using var pair = await Pair.ConnectAsync(40, 30);

        await pair.Client.ClickAsync(7, 9, button: 3, count: 2);

        foreach (var buttons in new byte[] { 0, 4, 0, 4, 0 })
            Assert.That(await pair.NextAsync<RfbPointerInput>(), Is.EqualTo(new RfbPointerInput(buttons, 7, 9)));
        Assert.That(() => pair.Client.ClickAsync(1, 1, button: 9), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public async Task Text_that_cannot_be_typed_is_refused_before_the_first_key()
    {
        await using var stream = new ScriptedStream(ServerScript.Connected(1, 1).Bytes);
        await using var client = await RfbClient.ConnectAsync(stream);
        var sent = stream.Sent.Length;

        Assert.That(() => client.TypeAsync("ok 漢"), Throws.ArgumentException.With.Message.Contains("漢").And.Message.Contains("us"));

        Assert.That(stream.Sent, Has.Length.EqualTo(sent));
        Assert.That(KeyboardLayout.German.CanType(new Rune('ß')) && !KeyboardLayout.UnitedStates.CanType(new Rune('ß')));
    }

    private static string Spelt(RfbKeyInput key) => (key.Pressed ? "+" : "-") + key.Keysym switch
    {
        Keysym.ShiftLeft => "Shift", Keysym.Return => "Return", Keysym.AltGr => "AltGr", ' ' => "Space",
        Keysym.ControlLeft => "Ctrl", Keysym.AltLeft => "Alt", Keysym.Delete => "Del", var character => ((char)character).ToString(),
    };

    /// <summary>Answers each request; before an answer to an incremental one the screen changes, so many times.</summary>
    private static async Task ServeAsync(RfbServerConnection server, Framebuffer screen, Action change, CancellationToken ct, int most = 1, List<RfbKeyInput>? keys = null)
    {
        // Keys and requests come on the same connection; a client that leaves ends it.
        while (await server.ReadAsync(ct) is { } input)
        {
            if (input is RfbKeyInput key)
                keys?.Add(key);
            if (input is not RfbUpdateRequest request || request.Incremental && most == 0)
                continue;
            if (request.Incremental)
            {
                most--;
                await Task.Delay(50, ct);
                change();
            }
            await server.SendUpdateAsync(screen, cancellationToken: ct);
        }
    }
}
