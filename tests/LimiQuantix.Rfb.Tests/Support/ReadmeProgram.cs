using System.Net.Sockets;

namespace LimiQuantix.Rfb.Tests.Support;

/// <summary>The first program of the package's README, which a test compares with this one: its port and file are parameters here.</summary>
internal static class ReadmeProgram
{
    public static async Task RunAsync(int port, string file)
    {
        // begin
        using var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", port);
        await using var client = await RfbClient.ConnectAsync(tcp.GetStream(), new RfbClientOptions { Password = null });

        var picture = await client.CaptureAsync();
        await File.WriteAllBytesAsync(file, PngWriter.ToArray(picture));
        Console.WriteLine($"{client.DesktopName}: {picture.Width} by {picture.Height}, saved as screen.png");

        await client.SendKeyAsync(0xFF0D, pressed: true); // Return, as an X11 keysym
        await client.SendKeyAsync(0xFF0D, pressed: false);
        // end
    }
}
