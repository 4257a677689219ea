namespace LimiQuantix.Hypervisor.Libvirt.Tests;

/// <summary>Waits for what comes when it comes, on a machine that may be busy.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);

    public static async Task AsyncTrue(Func<Task<bool>> condition, string what)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (!await condition())
        {
            Assert.That(deadline.IsCancellationRequested, Is.False, $"did not happen: {what}");
            await Task.Delay(200);
        }
    }
}
