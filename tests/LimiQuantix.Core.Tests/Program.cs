using LimiQuantix.Core.Tests.Lifecycle;
using LimiQuantix.Core.Tests.State.Sqlite;
using LimiQuantix.Core.Tests.Walls;

namespace LimiQuantix.Core.Tests;

/// <summary>The test program. With its first argument it is instead a second process for the tests that need one.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) => args switch
    {
        [StateChild.Argument, ..] => StateChild.RunAsync(args[1..]),
        [LifecycleChild.Argument, ..] => LifecycleChild.RunAsync(args[1..]),
        [AdmissionChild.Argument, ..] => AdmissionChild.RunAsync(args[1..]),
        [EarlierStateTests.Argument] => EarlierStateTests.MakeAsync(),
        _ => MicrosoftTestingPlatformApplication.RunAsync(args),
    };
}
