namespace LimiQuantix.Core.Tests.Plugins;

internal sealed class OtherOptions
{
    public bool IsShared { get; set; }
}
