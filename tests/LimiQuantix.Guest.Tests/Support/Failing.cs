namespace LimiQuantix.Guest.Tests.Support;

/// <summary>Calls that must fail as the guest's.</summary>
internal static class Failing
{
    /// <summary>The failure of a call.</summary>
    public static async Task<GuestException> OfAsync(Func<Task> call) => (await Assert.ThrowsAsync<GuestException>(call))!;

    /// <summary>The code of a call's failure.</summary>
    public static async Task<GuestErrorCode> CodeOfAsync(Func<Task> call) => (await OfAsync(call)).Code;
}
