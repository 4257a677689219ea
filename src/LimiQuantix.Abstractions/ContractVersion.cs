namespace LimiQuantix;

/// <summary>The version of this contract, compared with a plugin's manifest before its code loads.</summary>
public static class ContractVersion
{
    /// <summary>The contract's semantic version. Before 1.0 a new minor may break; from 1.0 only a new major does.</summary>
    public const string Current = "0.1.0";
}
