namespace LimiQuantix.Machines;

/// <summary>How far a machine's guest has come. <see cref="Provisioned"/> needs no agent: stock images mostly have none.</summary>
public enum Readiness
{
    /// <summary>A value of a newer contract.</summary>
    Unknown = 0,

    /// <summary>The machine runs.</summary>
    Running = 1,

    /// <summary>The guest has an address, or answers on a forwarded port.</summary>
    Address = 2,

    /// <summary>The guest agent answers.</summary>
    Agent = 3,

    /// <summary>cloud-init has finished.</summary>
    Provisioned = 4,
}
