using LibvirtSharp;
using NUnit.Framework;

namespace LimiQuantix.Testing;

/// <summary>
/// One <see cref="PrivateLibvirtd"/> for a whole test assembly, started when first asked for. An assembly that uses it declares
/// <c>[SetUpFixture] public sealed class LibvirtdSetUp : SharedLibvirtd;</c> outside any namespace, which ends it after the last test.
/// </summary>
public abstract class SharedLibvirtd
{
    private static readonly SemaphoreSlim Gate = new(1, 1);
    private static PrivateLibvirtd? instance;
    private static LibvirtConnection? keeper;

    /// <summary>The assembly's daemon; skips (in CI: fails) the test when libvirtd, QEMU or root is missing.</summary>
    public static async Task<PrivateLibvirtd> GetAsync(CancellationToken cancellationToken = default)
    {
        await Gate.WaitAsync(cancellationToken);
        try
        {
            if (instance is null)
            {
                PrivateLibvirtd started = await PrivateLibvirtd.StartAsync(cancellationToken: cancellationToken);
                keeper = await KeepEventsAsync(started.Uri);
                instance = started;
            }
            return instance;
        }
        finally
        {
            Gate.Release();
        }
    }

    /// <summary>Ends the daemon after the assembly's last test.</summary>
    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref keeper, null) is { } connection)
            await connection.DisposeAsync();
        if (Interlocked.Exchange(ref instance, null) is { } started)
            await started.DisposeAsync();
    }

    // libvirtd loses a driver's events, for everyone, when its last registration goes just when one happens (docs/decisions/0008): a test
    // that ends would take another's. The subscription lasts as long as the connection.
    private static async Task<LibvirtConnection> KeepEventsAsync(string uri)
    {
        LibvirtConnection connection = await LibvirtConnection.OpenAsync(uri);
        await connection.SubscribeAsync(
        [
            LibvirtEventKind.DomainControlError, LibvirtEventKind.NetworkLifecycle, LibvirtEventKind.StoragePoolLifecycle,
            LibvirtEventKind.NodeDeviceLifecycle, LibvirtEventKind.SecretLifecycle,
        ]);
        return connection;
    }
}
