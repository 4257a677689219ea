namespace LimiQuantix.Core.Tests.Plugins;

internal sealed class FakeOptions
{
    public string Folder { get; set; } = "/default";

    public int Size { get; set; } = 1;

    public TimeSpan Limit { get; set; }

    public SecretReference? Key { get; set; }
}
