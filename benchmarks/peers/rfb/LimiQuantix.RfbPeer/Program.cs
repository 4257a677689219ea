using System.Globalization;
using LimiQuantix.Rfb;
using LimiQuantix.RfbPeer;

// record VNC-SOCKET QMP-SOCKET ENCODING SECONDS FILE   what QEMU sends a client that follows the screen
// replay FILE SOCKET                                   sends it to whoever connects, whatever they say
// decode SOCKET WARM-UPS ROUNDS                        our side: prints CPU seconds, updates and a checksum of the last picture
switch (args)
{
    case ["record", var vnc, var qmp, var encoding, var seconds, var file]:
        await Capture.RecordAsync(vnc, qmp, Enum.Parse<RfbEncoding>(encoding), int.Parse(seconds, CultureInfo.InvariantCulture), file);
        return 0;
    case ["replay", var file, var socket]:
        await Capture.ReplayAsync(file, socket);
        return 0;
    case ["decode", var socket, var warmUps, var rounds]:
        // Methods are compiled anew when they have run often, and then nothing has run for a while: hence three rounds.
        for (var round = 0; round < 3; round++)
        {
            for (var i = int.Parse(warmUps, CultureInfo.InvariantCulture); i > 0; i--)
                await DecodeAsync(socket, look: false);
            await Task.Delay(TimeSpan.FromMilliseconds(500));
        }

        var before = Environment.CpuUsage.TotalTime;
        for (var i = int.Parse(rounds, CultureInfo.InvariantCulture); i > 0; i--)
            await DecodeAsync(socket, look: false);
        var spent = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        // Once more, to look at the last picture: that is no part of decoding.
        var (updates, sum) = await DecodeAsync(socket, look: true);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{spent:0.0000} {updates} {sum:x8}"));
        return 0;
    default:
        Console.Error.WriteLine("usage: record | replay | decode");
        return 2;
}

static async Task<(int Updates, uint Sum)> DecodeAsync(string path, bool look)
{
    await using var client = await RfbClient.ConnectAsync(await Capture.ConnectAsync(path));
    var updates = 0;
    try
    {
        await foreach (var change in client.WatchAsync())
            updates++;
    }
    catch (RfbException e) when (e.Code == RfbErrorCode.ConnectionClosed)
    {
        // The end of the capture.
    }
    var sum = 2166136261u;
    if (!look)
        return (updates, sum);
    foreach (var pixel in (await client.SnapshotAsync()).Pixels.Span)
        sum = unchecked((sum ^ (pixel & 0xFFFFFF)) * 16777619u);
    return (updates, sum);
}
