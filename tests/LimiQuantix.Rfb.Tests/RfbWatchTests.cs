using LimiQuantix.Rfb.Tests.Support;

namespace LimiQuantix.Rfb.Tests;

internal sealed class RfbWatchTests
{
    [Test]
    public async Task Watch_gives_the_whole_picture_and_then_what_changes()
    {
        await using var pair = await Pair.ConnectAsync(20, 10);
        await using var changes = pair.Client.WatchAsync().GetAsyncEnumerator();
        var picture = new Framebuffer(20, 10);

        var first = changes.MoveNextAsync();
        Assert.That((await pair.NextAsync<RfbUpdateRequest>()).Incremental, Is.False);
        await pair.Server.SendUpdateAsync(picture);
        Assert.That(await first);
        Assert.That(changes.Current.Damage, Is.EqualTo(new[] { new RfbRectangle(0, 0, 20, 10) }));

        picture.Fill(new RfbRectangle(3, 4, 5, 2), 0xFF102030);
        var second = changes.MoveNextAsync();
        Assert.That((await pair.NextAsync<RfbUpdateRequest>()).Incremental, Is.True);
        await pair.Server.SendUpdateAsync(picture, [new RfbRectangle(3, 4, 5, 2)]);
        Assert.That(await second);
        Assert.That(changes.Current.Damage, Is.EqualTo(new[] { new RfbRectangle(3, 4, 5, 2) }));
        Assert.That((await pair.Client.SnapshotAsync(new RfbRectangle(3, 4, 5, 2))).Pixels.ToArray(), Is.All.EqualTo(0xFF102030));
    }

    [Test]
    public async Task What_happens_while_nobody_looks_is_drawn_together()
    {
        await using var pair = await Pair.ConnectAsync(20, 10);
        await using var changes = pair.Client.WatchAsync().GetAsyncEnumerator();
        var first = changes.MoveNextAsync();
        await pair.NextAsync<RfbUpdateRequest>();
        await pair.Server.SendUpdateAsync(new Framebuffer(20, 10));
        await first;

        await pair.Server.RingBellAsync();
        await pair.Server.RingBellAsync();
        await pair.Server.SendClipboardTextAsync("one");
        await pair.Server.SendClipboardTextAsync("two");
        RfbChange all = new();
        while (!(all is { Bells: 2, ClipboardChanged: true } && pair.Client.ServerClipboardText == "two"))
        {
            await changes.MoveNextAsync();
            all = changes.Current with { Bells = all.Bells + changes.Current.Bells, ClipboardChanged = all.ClipboardChanged | changes.Current.ClipboardChanged };
        }
        Assert.That(pair.Client.ServerClipboardText, Is.EqualTo("two"));
    }

    [Test]
    public async Task Captures_and_watches_go_on_beside_each_other()
    {
        await using var pair = await Pair.ConnectAsync(6, 6);
        using var ending = new CancellationTokenSource();
        var serving = ServeAsync(pair.Server);
        var seen = 0;
        var watching = Task.Run(async () =>
        {
            await foreach (var change in pair.Client.WatchAsync(ending.Token))
                seen += change.Damage.Count;
        });

        var captures = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => pair.Client.CaptureAsync()));

        Assert.That(captures.Select(picture => picture.Pixels.Span[0]), Is.All.Not.EqualTo(0u));
        await ending.CancelAsync();
        Assert.That(() => watching, Throws.InstanceOf<OperationCanceledException>());
        Assert.That((await pair.Client.CaptureAsync()).Width, Is.EqualTo(6), "a watch that ended harms nothing");
        await pair.Client.DisposeAsync();
        await serving;
        Assert.That(seen, Is.Positive);
    }

    [Test]
    public async Task Server_that_goes_away_ends_a_watch_with_an_error()
    {
        await using var pair = await Pair.ConnectAsync(6, 6);
        await using var changes = pair.Client.WatchAsync().GetAsyncEnumerator();
        var next = changes.MoveNextAsync();
        await pair.NextAsync<RfbUpdateRequest>();

        await pair.Server.DisposeAsync();

        var error = await Assert.ThrowsAsync<RfbException>(() => next.AsTask());
        Assert.That(error?.Code, Is.EqualTo(RfbErrorCode.ConnectionClosed));
    }

    [Test]
    public async Task Empty_desktop_is_waited_for_until_it_has_a_size()
    {
        var script = ServerScript.Connected(0, 0).Update(1).Rectangle(0, 0, 2, 1, RfbEncoding.DesktopSize).Update(1).Solid(0, 0, 2, 1, 0x123456);
        await using var stream = new ScriptedStream(script.Bytes);
        await using var client = await RfbClient.ConnectAsync(stream);
        Assert.That((client.Width, client.Height), Is.EqualTo((0, 0)));

        Assert.That((await client.CaptureAsync()).Hex(0), Is.EqualTo("123456 123456"));
    }

    [Test]
    public async Task Updates_without_requests_are_used_where_the_server_has_them()
    {
        // The server tells that it has them by ending those that never began.
        var script = ServerScript.Connected(1, 1).Byte(150).Update(1).Solid(0, 0, 1, 1, 1);
        await using var stream = new ScriptedStream(script.Bytes, silentAtEnd: true);
        await using var client = await RfbClient.ConnectAsync(stream);
        await client.CaptureAsync();
        var sent = stream.Sent.Length;
        await using (var changes = client.WatchAsync().GetAsyncEnumerator())
        {
            var next = changes.MoveNextAsync().AsTask();
            await stream.SentAsync(sent + 20);
            stream.Say(new ServerScript().Update(1).Solid(0, 0, 1, 1, 2).Bytes);
            await next;
            next = changes.MoveNextAsync().AsTask();
            stream.Say(new ServerScript().Update(1).Solid(0, 0, 1, 1, 3).Bytes);
            await next;
        }

        Assert.That(stream.Sent[sent..], Is.EqualTo(new byte[]
        {
            150, 1, 0, 0, 0, 0, 0, 1, 0, 1, // on,
            3, 0, 0, 0, 0, 0, 0, 1, 0, 1, // everything once,
            150, 0, 0, 0, 0, 0, 0, 0, 0, 0, // off
        }));
    }

    private static async Task ServeAsync(RfbServerConnection server)
    {
        var picture = new Framebuffer(6, 6);
        try
        {
            while (await server.ReadAsync() is { } input)
            {
                if (input is RfbUpdateRequest)
                    await server.SendUpdateAsync(picture);
            }
        }
        catch (RfbException gone) when (gone.Code == RfbErrorCode.ConnectionClosed)
        {
            // The client may leave between its last request and the answer to it.
        }
    }
}
