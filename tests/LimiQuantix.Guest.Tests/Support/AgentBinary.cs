using LimiQuantix.Testing;

namespace LimiQuantix.Guest.Tests.Support;

/// <summary>The agent as guests run it, built by <c>eng/guest-agent.sh</c> and kept until its sources change.</summary>
internal static class AgentBinary
{
    private static readonly Lazy<Task<string>> X64 = new(() => BuildAsync("x64"));
    private static readonly Lazy<Task<string>> Arm64 = new(() => BuildAsync("arm64"));

    public static Task<string> PathAsync()
    {
        Requires.Tool("gcc");
        return X64.Value;
    }

    public static Task<string> Arm64PathAsync()
    {
        Requires.Tool("aarch64-linux-gnu-gcc");
        return Arm64.Value;
    }

    private static async Task<string> BuildAsync(string architecture) =>
        (await Command.OutputAsync(RepositoryRoot.Combine("eng/guest-agent.sh"), [architecture], TimeSpan.FromMinutes(20))).Split('\n')[^1];
}
