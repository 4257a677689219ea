using LimiQuantix.Conformance.Tests.Fakes;

namespace LimiQuantix.Conformance.Tests;

/// <summary>The test program. With its first argument it is instead a second process for the tests that need one.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) =>
        args is [WorldChild.Argument, ..] ? WorldChild.RunAsync(args[1..]) : MicrosoftTestingPlatformApplication.RunAsync(args);
}
