namespace LimiQuantix.Core.Networks;

/// <summary>The user-mode network has nothing to choose.</summary>
internal sealed class UserNetworkOptions;
