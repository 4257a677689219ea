namespace Netlink.Tests.Support;

/// <summary>What a call fails with.</summary>
internal static class Failure
{
    public static async Task<NetlinkException> OfAsync(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (NetlinkException exception)
        {
            return exception;
        }
        throw new AssertionException("It did not fail.");
    }
}
