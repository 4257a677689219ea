namespace LibvirtSharp.Tests.Support;

internal static class Failure
{
    public static async Task<LibvirtException> OfAsync(Func<Task> action) => (await Assert.ThrowsAsync<LibvirtException>(() => action()))!;
}
