// A VXLAN overlay between two hosts, each a network namespace, with a guest on each: built, pinged across, taken down. Needs root.
//   vxlan-overlay [PREFIX] [--hold]     --hold: it stays until Ctrl+C; it is taken down then, too, and when something fails
using System.Runtime.InteropServices;
using Netlink;
using VxlanOverlay;

string prefix = args.FirstOrDefault(each => !each.StartsWith('-')) ?? "overlay";
using var stopping = new CancellationTokenSource();
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    // One that was killed has left its namespaces.
    if (Overlay.Delete(prefix) is > 0 and int old)
        Console.WriteLine($"Taken down what an earlier run left: {old} namespaces.");
    await using Overlay overlay = await Overlay.BuildAsync(prefix, stopping.Token);
    Console.WriteLine($"Two hosts, {overlay.Hosts[0].Name} and {overlay.Hosts[1].Name}, with a guest each; VXLAN {Overlay.Segment} between them.");
    for (int i = 0; i < 3; i++)
        Console.WriteLine($"{overlay.Hosts[0].Guest} -> {overlay.Hosts[1].Guest}: {await overlay.PingAsync(stopping.Token)}");
    (ulong frames, ulong bytes) = await overlay.CountAsync(stopping.Token);
    Console.WriteLine($"{frames} frames, {bytes} bytes went through the tunnel.");
    if (args.Contains("--hold"))
    {
        Console.WriteLine("Up. Ctrl+C takes it down.");
        await Task.Delay(Timeout.Infinite, stopping.Token);
    }
    return 0;
}
catch (OperationCanceledException) when (stopping.IsCancellationRequested)
{
    Console.WriteLine("Taken down.");
    return 130;
}
catch (NetlinkException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stopping.Cancel();
}
