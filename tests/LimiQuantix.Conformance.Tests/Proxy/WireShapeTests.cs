using LimiQuantix.Conformance.Proxy;

namespace LimiQuantix.Conformance.Tests.Proxy;

/// <summary>The contract's provider side can be carried to another process.</summary>
public sealed class WireShapeTests
{
    /// <summary>What hosts call, what the host gives, and parts of other members: nothing that a proxy is asked for by name.</summary>
    private static readonly string[] NeitherProviderNorCapability =
    [
        "IAdmission", "IAuthorizer", "IConsoleInputFilter", "IConsoles", "IDoctor", "IGuestChannels", "IGuests", "IImages", "IInstances", "ILimiQuantix", "ILimiQuantixBuilder", "ILimiQuantixEngine", "IMachines", "INetworks", "INodes", "IOperations",
        "IPlugin", "IPluginRegistry", "IPlugins", "IPools", "IProvider", "IResource", "IResources`3", "ISecretResolver", "IStateProtection", "IVolumes",
    ];

    private static IEnumerable<Type> Interfaces => typeof(IProvider).Assembly.GetExportedTypes().Where(type => type.IsInterface);

    private static IEnumerable<Type> Carried => Interfaces.Where(type => type != typeof(IProvider) && typeof(IProvider).IsAssignableFrom(type))
        .Concat(WireShape.Capabilities);

    [TestCaseSource(nameof(Carried))]
    public void Every_member_can_cross(Type contract)
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var member in WireShape.MembersOf(contract)) Assert.That(() => WireShape.Of(member), Throws.Nothing, member.Name);
        }
    }

    [Test]
    public void Every_interface_is_a_provider_or_a_capability_or_known_to_be_neither() => Assert.That(
        Interfaces.Except(WireShape.Capabilities).Where(type => !typeof(IProvider).IsAssignableFrom(type) || type == typeof(IProvider)).Select(type => type.Name),
        Is.EquivalentTo(NeitherProviderNorCapability));
}
