using LimiQuantix.Machines;

namespace LimiQuantix.Core.Machines.Specs;

/// <summary>Says whose the secrets are that a machine's specification names: its caller's, whatever the caller wrote there.</summary>
internal static class MachineSecrets
{
    public static MachineSpec Own(MachineSpec spec, Caller caller) => spec.CloudInit.Password is not { } password
        ? spec
        : spec with { CloudInit = spec.CloudInit with { Password = password with { Owner = SecretOwners.Of(caller) } } };

    /// <summary>The reference as it is resolved. One that an earlier version stored without an owner is the machine's project's.</summary>
    public static SecretReference OwnerOf(MachineDocument machine, SecretReference reference) =>
        reference with { Owner = reference.Owner ?? SecretOwner.OfProject(machine.Project) };
}
