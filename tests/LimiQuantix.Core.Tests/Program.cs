using LimiQuantix.Core.Tests.State.Sqlite;

namespace LimiQuantix.Core.Tests;

/// <summary>The test program. With its first argument it is instead a second process for the tests that need one.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) =>
        args is [StateChild.Argument, ..] ? StateChild.RunAsync(args[1..]) : MicrosoftTestingPlatformApplication.RunAsync(args);
}
