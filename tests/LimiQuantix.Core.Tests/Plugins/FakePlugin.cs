using LimiQuantix.Plugins;

namespace LimiQuantix.Core.Tests.Plugins;

/// <summary>A plugin that registers what a test wants.</summary>
internal sealed class FakePlugin(Action<IPluginRegistry> register) : IPlugin
{
    public void Register(IPluginRegistry registry) => register(registry);
}
