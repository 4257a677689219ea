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

    /// <summary>The assembly's daemon; skips (in CI: fails) the test when libvirtd, QEMU or root is missing.</summary>
    public static async Task<PrivateLibvirtd> GetAsync(CancellationToken cancellationToken = default)
    {
        await Gate.WaitAsync(cancellationToken);
        try
        {
            return instance ??= await PrivateLibvirtd.StartAsync(cancellationToken: cancellationToken);
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
        if (Interlocked.Exchange(ref instance, null) is { } started)
            await started.DisposeAsync();
    }
}
