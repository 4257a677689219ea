namespace LimiQuantix.Core;

/// <summary>Tells the host itself from those on whose behalf it calls.</summary>
internal static class SecretOwners
{
    /// <summary>Whether it is the host application, and not somebody who only calls themselves that.</summary>
    public static bool IsHost(Caller caller) => ReferenceEquals(caller, Caller.Host);

    /// <summary>Whose the secrets are that this caller names.</summary>
    public static SecretOwner Of(Caller caller) => IsHost(caller) ? SecretOwner.Host : SecretOwner.OfProject(caller.Project);
}
