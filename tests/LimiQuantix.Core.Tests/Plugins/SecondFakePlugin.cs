using LimiQuantix.Plugins;

namespace LimiQuantix.Core.Tests.Plugins;

/// <summary>Another plugin class, because a class is added once.</summary>
internal sealed class SecondFakePlugin(Action<IPluginRegistry> register) : IPlugin
{
    public void Register(IPluginRegistry registry) => register(registry);
}
