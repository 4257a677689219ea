namespace LimiQuantix.Core.Tests.Plugins;

internal sealed class OtherOptions
{
    public string Address { get; set; } = "";
}
