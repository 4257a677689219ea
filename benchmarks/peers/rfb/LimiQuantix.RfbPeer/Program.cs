using System.Globalization;
using System.Net.Sockets;
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
        var (updates, sum) = (0, 0u);
        for (var i = int.Parse(warmUps, CultureInfo.InvariantCulture); i > 0; i--)
            (updates, sum) = await DecodeAsync(socket);
        var before = Environment.CpuUsage.TotalTime;
        for (var i = int.Parse(rounds, CultureInfo.InvariantCulture); i > 0; i--)
            (updates, sum) = await DecodeAsync(socket);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(Environment.CpuUsage.TotalTime - before).TotalSeconds:0.0000} {updates} {sum:x8}"));
        return 0;
    default:
        Console.Error.WriteLine("usage: record | replay | decode");
        return 2;
}

static async Task<(int Updates, uint Sum)> DecodeAsync(string path)
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
    foreach (var pixel in (await client.SnapshotAsync()).Pixels.Span)
        sum = unchecked((sum ^ (pixel & 0xFFFFFF)) * 16777619u);
    return (updates, sum);
}
