using LimiQuantix.Conformance;
using LimiQuantix.Core.Networks;
using LimiQuantix.Networks;
using LimiQuantix.Plugins;

namespace LimiQuantix.Core.Tests.Networks;

[TestFixture(false)]
[TestFixture(true)]
public sealed class UserNetworkSuite(bool isRemote) : NetworkSuite(isRemote)
{
    protected override bool HasForwards => true;

    // It keeps which engine it heard, and no ports: the engine ensures them again.
    protected override bool KeepsMarks => false;

    protected override ValueTask<INetworkBackend> OpenAsync(ProviderContext context) => new(new UserNetworkBackend(context));
}
