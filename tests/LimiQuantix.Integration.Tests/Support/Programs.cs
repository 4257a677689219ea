namespace LimiQuantix.Integration.Tests.Support;

/// <summary>The programs that tests start, by their folder in the repository.</summary>
internal static class Programs
{
    public const string App = "tests/LimiQuantix.Integration.App";
    public const string QuickStart = "samples/QuickStart";
    public const string Embedding = "samples/Embedding";
}
